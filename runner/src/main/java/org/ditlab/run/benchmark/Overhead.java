package org.ditlab.run.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ditlab.run.estimate.Median;
import org.ditlab.run.exec.Launch;
import org.ditlab.run.exec.WorkerCommand;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialResult;

/**
 * What a trial costs beside the seconds that its stages take: the start of a process, of the backend, locks, files, polling.
 * Runs a study of trivial stages by the command line, one worker at a time, and looks when each trial had its result.
 *
 * @param first seconds from the start of the command to the first result
 * @param trials of each later one
 */
public record Overhead(double first, List<Trial> trials) {
    private static final String STUDY = """
            study: overhead
            base: { model: DiT-S/4, width: 16, depth: 1, heads: 2 }
            data: { set: shapes, size: 8, count: 200 }
            train: { steps: 2, batch: 4 }
            sample: { sampler: ddim, steps: 2, count: 64 }
            measure: { feature-dimensions: 4, classifier-steps: 2, held-out-images: 0 }
            list:
              - { name: trivial }
            seeds: %d
            """;

    /**
     * One trial.
     *
     * @param seconds from the result before to its own
     * @param stages seconds that its stages say they took
     */
    public record Trial(double seconds, double stages) {}

    /** The median over the trials of the seconds beside their stages. */
    public double median() {
        return Median.of(trials.stream()
                .mapToDouble(trial -> trial.seconds - trial.stages)
                .toArray());
    }

    /**
     * Measures it; the study lies in a temporary directory and is removed.
     *
     * @param trials how many are run, at least 3
     * @throws IOException when the study fails
     */
    public static Overhead measure(int trials, int threads) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("ditlab-overhead");
        try {
            Path file = Files.writeString(folder.resolve("overhead.yaml"), STUDY.formatted(trials - 1));
            List<String> program = new ArrayList<>(Launch.WORKER.subList(0, 1));
            program.addAll(List.of("run", file.toString(), "--out=" + folder, "--workers=1", "--threads=" + threads));
            long begin = System.currentTimeMillis();
            Path log = folder.resolve("log.txt");
            int code = WorkerCommand.of(program, threads)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IOException("the study ended with exit code " + code + ": " + Files.readString(log));
            }
            return of(folder.resolve("overhead"), begin);
        } finally {
            remove(folder);
        }
    }

    private static Overhead of(Path study, long begin) throws IOException {
        record Ended(long at, TrialResult trial) {}
        List<Ended> ended = new ArrayList<>();
        for (TrialResult trial : StudyResults.read(study).trials()) {
            Path result = StudyDirectory.open(study).trial(trial.hash()).resultFile();
            ended.add(new Ended(Files.getLastModifiedTime(result).toMillis(), trial));
        }
        ended.sort(Comparator.comparingLong(Ended::at));
        List<Trial> trials = new ArrayList<>();
        for (int i = 1; i < ended.size(); i++) {
            trials.add(new Trial(
                    (ended.get(i).at - ended.get(i - 1).at) / 1e3,
                    stages(ended.get(i).trial.timing())));
        }
        return new Overhead((ended.get(0).at - begin) / 1e3, List.copyOf(trials));
    }

    /** Without the extractor, which the first trial made. */
    private static double stages(Map<String, Object> timing) {
        return timing.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(".seconds")
                        && !entry.getKey().startsWith("extractor")
                        && entry.getValue() instanceof Number)
                .mapToDouble(entry -> ((Number) entry.getValue()).doubleValue())
                .sum();
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
