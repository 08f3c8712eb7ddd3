package org.ditlab.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.ditlab.run.exec.ExecutorProvider;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who starts the workers, and what each kind of executor is told. */
final class ExecutorOptions {
    private static final String LOCAL = "local";
    private static final String SLURM = "slurm";

    @Option(
            names = "--executor",
            paramLabel = "local|slurm",
            defaultValue = LOCAL,
            description =
                    "Who starts the workers: processes of this machine, or job arrays of a Slurm cluster, which go "
                            + "on after this command has ended. Default: ${DEFAULT-VALUE}.")
    String name;

    @Option(
            names = "--gpus",
            paramLabel = "N",
            description = "local: share out N GPUs, one for each worker; so many workers by default.")
    private @Nullable Integer gpus;

    @Option(
            names = "--pin",
            description = "local: every worker keeps to processors of its own. Of use on machines with several "
                    + "processor packages that run nothing else.")
    private boolean pin;

    @Option(
            names = "--slurm",
            paramLabel = "NAME=VALUE",
            description = "slurm: an option of sbatch, such as partition=gpu, gres=gpu:1, time=4:00:00 or mem=16G; "
                    + "repeatable. Those of all runs stand in slurm.sh in the working directory, or where "
                    + "DITLAB_SLURM says, as in the head of a batch script.")
    private List<String> slurm = new ArrayList<>();

    @Option(names = "--wait", description = "slurm: stay, show progress, and report at the end.")
    boolean wait;

    ExecutorProvider provider() {
        List<String> known = new ArrayList<>();
        for (ExecutorProvider provider : ServiceLoader.load(ExecutorProvider.class)) {
            if (provider.name().equals(name)) {
                return provider;
            }
            known.add(provider.name());
        }
        throw new StudyException(
                "--executor " + name + ": there is none of this name; known: " + String.join(", ", known));
    }

    /**
     * Refuses what the executor cannot do.
     *
     * @param gpu whether workers of this machine compute on a GPU
     * @throws StudyException with all problems
     */
    void check(boolean gpu, boolean maxHours, boolean failFast, boolean retries) {
        List<String> problems = new ArrayList<>();
        if (name.equals(SLURM)) {
            refuse(gpus != null, "--gpus", "say --slurm gres=gpu:1, which is for each trial", problems);
            refuse(pin, "--pin", "processors are the cluster's to share out", problems);
            refuse(
                    maxHours,
                    "--max-hours",
                    "say --slurm time=HOURS:00:00; a trial is queued again at its end",
                    problems);
            refuse(failFast, "--fail-fast", "`ditlab cancel STUDY` ends what is queued", problems);
            refuse(
                    retries && !wait,
                    "--retries",
                    "it needs --wait; without, the same command submits again what failed",
                    problems);
        } else {
            refuse(!slurm.isEmpty(), "--slurm", "it goes with --executor slurm", problems);
            refuse(wait, "--wait", "it goes with --executor slurm; a local run always waits", problems);
            if (gpus != null && gpus < 1) {
                problems.add("--gpus " + gpus + ": expected a whole number from 1");
            } else if (gpus != null && !gpu) {
                problems.add("--gpus " + gpus + ": the workers compute on the CPU here (see `ditlab doctor`)");
            }
        }
        if (!problems.isEmpty()) {
            throw new StudyException(problems);
        }
    }

    /** Trials at a time as asked for, or null. */
    @Nullable
    Integer workers(@Nullable Integer asked) {
        return asked == null ? gpus : asked;
    }

    /** What the executor is told. */
    List<String> options() {
        List<String> options = new ArrayList<>(slurm);
        if (gpus != null) {
            options.add("gpus=" + gpus);
        }
        if (pin) {
            options.add("pin");
        }
        return options;
    }

    private void refuse(boolean given, String option, String remedy, List<String> problems) {
        if (given) {
            problems.add(option + ": not with --executor " + name + "; " + remedy);
        }
    }
}
