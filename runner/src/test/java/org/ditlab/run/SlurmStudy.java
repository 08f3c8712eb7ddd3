package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ditlab.run.exec.ExecutorProvider;
import org.ditlab.run.exec.Handover;
import org.ditlab.run.exec.Launch;
import org.ditlab.run.exec.QueueExecutor;
import org.ditlab.run.exec.Resources;
import org.ditlab.run.slurm.SlurmExecutorProvider;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialStatus;
import org.ditlab.study.spi.UserFiles;

/** A {@link FakePlan} in a directory, submitted to a cluster as {@code run} does it. */
final class SlurmStudy {
    private final Path path;
    private final List<RunnableTrial> plan;
    private final ExecutorProvider slurm;

    SlurmStudy(Path path, Map<String, String> cluster, int steps, long... seeds) {
        this.path = path;
        this.plan = FakePlan.of(steps, seeds);
        this.slurm = new SlurmExecutorProvider(cluster);
    }

    /** Submits what is outstanding, from a process of its own: study's directory, steps, seed, options of sbatch. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        long seed = Long.parseLong(arguments[2]);
        SlurmStudy study = new SlurmStudy(Path.of(arguments[0]), Map.of(), Integer.parseInt(arguments[1]), seed);
        Handover handover = study.submit(Arrays.copyOfRange(arguments, 3, arguments.length));
        System.exit(handover.trials() == 1 ? 0 : 1);
    }

    /** Submits what is outstanding and not queued. */
    Handover submit(String... options) throws IOException, InterruptedException {
        Runner runner = runner();
        try (QueueExecutor executor = (QueueExecutor) slurm.open(launch(options))) {
            runner.open().forEach(executor::submit);
            return executor.handOver();
        }
    }

    /** Submits and waits for the end. */
    RunOutcome submitAndWait(String... options) throws IOException, InterruptedException {
        Runner runner = runner();
        try (QueueExecutor executor = (QueueExecutor) slurm.open(launch(options))) {
            return runner.run(executor);
        }
    }

    List<String> cancel() throws IOException, InterruptedException {
        return slurm.cancel(path);
    }

    Map<String, String> whereabouts() throws IOException, InterruptedException {
        return slurm.whereabouts(path);
    }

    Path path() {
        return path;
    }

    String hash(int trial) {
        return plan.get(trial).trial().hash();
    }

    boolean done() throws IOException {
        return count(TrialStatus.DONE) == plan.size();
    }

    long count(TrialStatus status) throws IOException {
        return StudyResults.read(path).count(status);
    }

    /** Whether a training has saved its state and is not done. */
    boolean hasCheckpoint() throws IOException {
        return files("stages").keySet().stream()
                .anyMatch(file -> file.startsWith("stages/train-") && file.endsWith("/checkpoint.bin"));
    }

    /** What Slurm wrote of the array's elements, all together. */
    String jobLogs() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String file : files("slurm").keySet()) {
            if (file.endsWith(".log")) {
                text.append(Files.readString(path.resolve(file)));
            }
        }
        return text.toString();
    }

    /** Results of trials and outputs of stages, by file. */
    Map<String, String> results() throws IOException {
        Map<String, String> results = new TreeMap<>(files("trials"));
        results.putAll(files("stages"));
        results.keySet()
                .removeIf(file -> !file.endsWith(FakeStages.OUTPUT)
                        && !(file.startsWith("trials") && file.endsWith("result.json")));
        for (Map.Entry<String, String> entry : results.entrySet()) {
            entry.setValue(HexFormat.of().formatHex(Files.readAllBytes(path.resolve(entry.getKey()))));
        }
        return results;
    }

    private Map<String, String> files(String folder) throws IOException {
        Map<String, String> files = new TreeMap<>();
        if (Files.exists(path.resolve(folder))) {
            try (Stream<Path> found = Files.walk(path.resolve(folder))) {
                found.forEach(file -> files.put(path.relativize(file).toString(), ""));
            } catch (java.io.UncheckedIOException e) {
                // A temporary file went while it was looked at: they are looked at again.
                return files(folder);
            }
        }
        return files;
    }

    private Runner runner() throws IOException {
        StudyDirectory study = StudyDirectory.create(path);
        RunOptions options = new RunOptions(path, UserFiles.NONE, 1, 1, null, null, "slurm", null, false);
        Runner runner = new Runner(study, options, new LineDisplay(System.err), new StopSignal());
        runner.prepare(Map.of("study", "fake"), plan);
        runner.outstanding(plan);
        return runner;
    }

    private Launch launch(String... options) {
        return new Launch(
                List.of(FakeWorker.class.getName()),
                path,
                UserFiles.NONE,
                0,
                Resources.threads(1),
                null,
                null,
                List.of(options));
    }
}
