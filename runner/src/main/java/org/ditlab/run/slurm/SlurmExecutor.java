package org.ditlab.run.slurm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ditlab.run.exec.FrozenCode;
import org.ditlab.run.exec.Handover;
import org.ditlab.run.exec.Launch;
import org.ditlab.run.exec.QueueExecutor;
import org.ditlab.run.exec.TrialEvent;
import org.ditlab.run.slurm.Submission.JobArray;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.TrialDirectory;
import org.ditlab.store.WriterLock;
import org.ditlab.study.StudyException;

/** Job arrays of a Slurm cluster: what is accepted is submitted together, what is queued already is not submitted again. */
final class SlurmExecutor implements QueueExecutor {
    private static final Duration LOOK = Duration.ofSeconds(3);

    private final Launch launch;
    private final Directives directives;
    private final Slurm slurm;
    private final StudyDirectory study;
    private final Set<String> waiting = new LinkedHashSet<>();
    private final Map<String, WatchedTrial> watched = new LinkedHashMap<>();
    private final List<TrialEvent> events = new ArrayList<>();
    private boolean report;
    private boolean looked;
    private long lastLook;

    SlurmExecutor(Launch launch, Directives directives, Slurm slurm) {
        this.launch = launch;
        this.directives = directives;
        this.slurm = slurm;
        this.study = StudyDirectory.open(launch.study());
    }

    @Override
    public void submit(String trial) {
        waiting.add(trial);
    }

    @Override
    public void reportAtTheEnd(boolean wanted) {
        report = wanted;
    }

    @Override
    public Handover handOver() throws IOException, InterruptedException {
        StudyQueue queue;
        try {
            queue = StudyQueue.of(launch.study(), slurm);
        } catch (IOException e) {
            throw new StudyException(
                    "--executor slurm: the cluster does not answer: " + e.getMessage() + "; " + Slurm.REMEDY);
        }
        return handOver(queue);
    }

    private Handover handOver(StudyQueue queue) throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        List<TrialDirectory> fresh = new ArrayList<>();
        for (String trial : waiting) {
            watched.put(trial, new WatchedTrial(study, trial));
            TrialDirectory directory = study.trial(trial);
            QueuedTask task = queue.trials().get(trial);
            Optional<String> holder = WriterLock.holder(directory.path());
            if (task == null && holder.isEmpty()) {
                Files.deleteIfExists(directory.failureFile());
                Files.deleteIfExists(directory.messageFile());
                fresh.add(directory);
            } else if (task == null) {
                lines.add("trial " + trial.substring(0, 12) + ": " + holder.get() + " works on it, which is not in the"
                        + " queue; if that is dead, run this again in a few minutes");
            }
        }
        int known = waiting.size() - fresh.size();
        waiting.clear();
        if (fresh.isEmpty()) {
            return new Handover(0, known, lines, Optional.empty());
        }
        return submit(fresh, known, lines);
    }

    @Override
    public List<TrialEvent> poll(Duration patience) throws InterruptedException {
        try {
            if (!waiting.isEmpty()) {
                handOverAll();
            }
            if (!looked || System.nanoTime() - lastLook > LOOK.toNanos()) {
                look();
                looked = true;
                lastLook = System.nanoTime();
            }
        } catch (IOException e) {
            // A controller that restarts answers again later; what is queued is not touched by that.
            lastLook = System.nanoTime();
        }
        List<TrialEvent> happened = List.copyOf(events);
        events.clear();
        if (happened.isEmpty()) {
            Thread.sleep(patience.toMillis());
        }
        return happened;
    }

    /** Lets go: what is queued stays queued. */
    @Override
    public void cancel() {
        waiting.clear();
        watched.values().stream()
                .filter(WatchedTrial::started)
                .forEach(trial -> events.add(new TrialEvent.Ended(trial.hash(), 130, "", List.of(), true)));
        watched.clear();
        looked = true;
        lastLook = System.nanoTime();
    }

    @Override
    public void close() {
        waiting.clear();
        watched.clear();
    }

    /** At first a cluster that does not answer is the person's to know of; later it will answer again. */
    private void handOverAll() throws IOException, InterruptedException {
        Handover handover = looked ? handOver(StudyQueue.of(launch.study(), slurm)) : handOver();
        if (handover.problem().isPresent()) {
            List<String> problems = new ArrayList<>(handover.problem().stream().toList());
            problems.addAll(handover.lines());
            throw new StudyException(problems);
        }
    }

    private void look() throws IOException, InterruptedException {
        StudyQueue queue = StudyQueue.of(launch.study(), slurm);
        for (WatchedTrial trial : List.copyOf(watched.values())) {
            boolean ended = trial.look(Optional.ofNullable(queue.trials().get(trial.hash())), events);
            if (ended) {
                watched.remove(trial.hash());
            }
        }
    }

    private Handover submit(List<TrialDirectory> trials, int known, List<String> lines)
            throws IOException, InterruptedException {
        int limit = slurm.maxArraySize();
        FrozenCode code = FrozenCode.ofThisProcess(launch.study());
        Submission submission = Submission.create(launch.study(), trials);
        BatchScript script = new BatchScript(launch, directives, code);
        write(submission.jobScript(), script.job(submission));
        lines.add("script: " + submission.jobScript());
        int submitted = 0;
        try {
            while (submitted < trials.size()) {
                int size = Math.min(limit, trials.size() - submitted);
                String job = slurm.submit(launch.study(), arguments(submission, submitted, size));
                submission = submission.with(new JobArray(job, submitted, size));
                lines.add("job " + job + ": " + count(size) + throttle());
                submitted += size;
            }
            if (report) {
                write(submission.reportScript(), script.report(submission));
                List<String> ids =
                        submission.arrays().stream().map(JobArray::job).toList();
                String job = slurm.submit(
                        launch.study(),
                        List.of(
                                "--dependency=afterany:" + String.join(":", ids),
                                submission.relative() + "/report.sh"));
                submission = submission.withReport(job);
                lines.add("job " + job + ": the report, when they have ended");
            }
            return new Handover(submitted, known, lines, Optional.empty());
        } catch (IOException e) {
            String what = submitted == trials.size()
                    ? "the trials are submitted, but not the report's job: "
                    : submitted + " of " + trials.size() + " trials were submitted, then ";
            return new Handover(submitted, known, lines, Optional.of(what + e.getMessage()));
        }
    }

    /** The index begins at 0 in every array, since the cluster limits it; with a throttle arrays follow one another. */
    private List<String> arguments(Submission submission, int offset, int size) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--array=0-" + (size - 1) + (launch.workers() > 0 ? "%" + launch.workers() : ""));
        if (launch.workers() > 0 && !submission.arrays().isEmpty()) {
            arguments.add("--dependency=afterany:"
                    + submission.arrays().get(submission.arrays().size() - 1).job());
        }
        arguments.add(submission.relative() + "/job.sh");
        arguments.add(String.valueOf(offset));
        return arguments;
    }

    private String throttle() {
        return launch.workers() > 0 ? ", " + launch.workers() + " at a time" : "";
    }

    private static String count(int trials) {
        return trials == 1 ? "1 trial" : trials + " trials";
    }

    private static void write(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        file.toFile().setExecutable(true);
    }
}
