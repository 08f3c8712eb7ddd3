package org.ditlab.run.slurm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.run.exec.Executor;
import org.ditlab.run.exec.ExecutorProvider;
import org.ditlab.run.exec.Launch;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.TrialDirectory;
import org.ditlab.study.StudyException;

/** {@code --executor slurm}: one element of a job array per trial. */
public final class SlurmExecutorProvider implements ExecutorProvider {
    private final Map<String, String> environment;

    public SlurmExecutorProvider() {
        this(Map.of());
    }

    /** @param environment added to Slurm's commands, {@code SLURM_CONF} for instance */
    public SlurmExecutorProvider(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public String name() {
        return "slurm";
    }

    @Override
    public Executor open(Launch launch) {
        return new SlurmExecutor(launch, directives(launch.options()), new Slurm(environment));
    }

    @Override
    public void check(Path study, List<String> options) throws InterruptedException {
        ExecutorProvider.super.check(study, options);
        String place = study.toAbsolutePath().normalize().toString();
        if (place.chars().anyMatch(Character::isISOControl)) {
            throw new StudyException("--executor slurm: the study's directory has a line break or another control"
                    + " character in its name, which no batch script can hold; choose another place by --out");
        }
        directives(options);
        new Slurm(environment).check();
    }

    @Override
    public boolean computesHere() {
        return false;
    }

    @Override
    public int threads(List<String> options) {
        String cpus = directives(options).values().get(Directives.CPUS);
        return cpus == null ? 1 : Integer.parseInt(cpus);
    }

    @Override
    public List<String> cancel(Path study) throws IOException, InterruptedException {
        Slurm slurm = new Slurm(environment);
        StudyQueue queue = StudyQueue.of(study, slurm);
        Set<String> jobs = new LinkedHashSet<>();
        queue.trials().values().forEach(task -> jobs.add(task.job()));
        queue.others().forEach(task -> jobs.add(task.job()));
        if (jobs.isEmpty()) {
            return List.of();
        }
        // Before they go, so that a run that waits for them does not take them for lost.
        Set<String> trials = queue.trials().keySet();
        List<Submission> submissions = Submission.all(study);
        for (Submission submission : submissions) {
            submission.cancelled(trials, true);
        }
        try {
            slurm.cancel(List.copyOf(jobs));
        } catch (IOException e) {
            for (Submission submission : submissions) {
                submission.cancelled(trials, false);
            }
            throw e;
        }
        long running =
                queue.trials().values().stream().filter(QueuedTask::running).count();
        List<String> lines = new ArrayList<>();
        lines.add("cancelled " + (jobs.size() == 1 ? "job " : "jobs ") + String.join(", ", jobs) + ": "
                + running + " trials ran and save their state, "
                + (queue.trials().size() - running) + " waited"
                + (queue.others().isEmpty() ? "" : "; no report will be made"));
        return lines;
    }

    @Override
    public Map<String, String> whereabouts(Path study) throws IOException, InterruptedException {
        Map<String, String> places = new LinkedHashMap<>();
        Map<String, QueuedTask> trials;
        try {
            trials = StudyQueue.of(study, new Slurm(environment)).trials();
        } catch (IOException | StudyException e) {
            // A copy of the directory on a machine without the cluster is still worth looking at.
            return Map.of();
        }
        for (Map.Entry<String, QueuedTask> entry : trials.entrySet()) {
            QueuedTask task = entry.getValue();
            TrialDirectory trial = StudyDirectory.at(study).trial(entry.getKey());
            places.put(
                    entry.getKey(),
                    task.running()
                            ? "job " + task.id() + " on " + task.node() + progress(trial)
                            : "queued as " + task.id() + " (" + task.reason() + ")");
        }
        return places;
    }

    private static String progress(TrialDirectory trial) throws IOException {
        return WatchedTrial.lastMessage(trial)
                .map(message -> ", " + message.stage().replaceFirst("-.*", "")
                        + (message.total() > 0 ? " " + message.done() + "/" + message.total() : "")
                        + (message.text().isEmpty() ? "" : ", " + message.text()))
                .orElse("");
    }

    private static Directives directives(List<String> options) {
        return Directives.read(options, Path.of(""), System.getenv());
    }
}
