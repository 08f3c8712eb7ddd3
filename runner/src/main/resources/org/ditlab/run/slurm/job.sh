#!/bin/bash
# Study @study@, submission @number@: each element of this job array takes one trial of trials.txt to its result.
# Made by `ditlab run --executor slurm`. To submit it by hand, edited or not:
#   cd @directory@
#   sbatch --array=0-@last@ @relative@/job.sh 0
# The last word says how many lines of trials.txt come before element 0: arrays are of limited size.
@directives@

study=@directory@
submission=$study/@relative@
# The code as it was at submission: a checkout that is built anew changes nothing that is queued.
class_path=$(< @classpath@)

# The trial of this element.
line=$((${1:-0} + SLURM_ARRAY_TASK_ID + 1))
read -r trial name < <(sed -n "${line}p" "$submission/trials.txt")
if [ -z "$trial" ]; then
  echo "trials.txt has no line $line" >&2
  exit 2
fi
log=$study/trials/${trial:0:12}/worker.log
say() { echo "$(date '+%F %T') $*"; }
say "${trial:0:12} ($name) on ${SLURMD_NODENAME:-$(hostname)}, restarts: ${SLURM_RESTART_COUNT:-0}, log: $log"

@setup@# Threads and allocator of the native library on a CPU.
@environment@

worker=(
  @worker@
  "--trial=$trial"
  "--trial-file=$submission/trials/${trial:0:12}.json"
)

# USR1: the time limit is near. The worker saves a checkpoint and ends, and the trial is queued again.
# TERM: the job is preempted or cancelled. The worker saves and ends; Slurm decides what becomes of the job.
caught=
limit=
pid=
trap 'caught=1; limit=1; [ -z "$pid" ] || kill -TERM "$pid" 2> /dev/null' USR1
trap 'caught=1; [ -z "$pid" ] || kill -TERM "$pid" 2> /dev/null' TERM

# How many processes the kernel has killed for want of memory.
kills() { sed -n 's/^oom_kill //p' /proc/vmstat 2> /dev/null; }
kills=$(kills)

"${worker[@]}" --detached < /dev/null >> "$log" 2>&1 &
pid=$!
[ -z "$caught" ] || kill -TERM "$pid"
# A signal ends `wait` early: then it is called again.
while :; do
  caught=
  wait "$pid"
  code=$?
  [ -n "$caught" ] || break
done
say "ended with $code"

case $code in
  0) ;;
  # Why stands in failure.json, too.
  1 | 2 | 4) tail -n 3 "$log" ;;
  130 | 143)
    if [ -n "$limit" ]; then
      say "saved before the time limit; to be queued again"
      scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID" ||
        say "cannot be queued again from here: the same \`ditlab run\` submits what is left"
    fi
    ;;
  # A crash, of which the worker could not tell itself.
  *)
    [ -n "$kills" ] && [ "$(kills)" = "$kills" ] || worker+=(--out-of-memory)
    "${worker[@]}" --ended="$code" < /dev/null >> "$log" 2>&1
    ;;
esac
exit "$code"
