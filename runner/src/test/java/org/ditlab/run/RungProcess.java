package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.ditlab.run.halving.Halving;
import org.ditlab.run.halving.StoppedEarly;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;

/** A process that comes to every rung at the same moment as another one: study's directory, rungs, its number, 1 or 2. */
final class RungProcess {
    private RungProcess() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        StudyDirectory study = StudyDirectory.at(Path.of(arguments[0]));
        int number = Integer.parseInt(arguments[2]);
        Trial trial = trial(number);
        Halving halving = Halving.of(study, trial, trial.stage(StageKind.TRAIN)).orElseThrow();
        for (int rung = 1; rung <= Integer.parseInt(arguments[1]); rung++) {
            Files.createFile(study.path().resolve("at-" + rung + "-" + number));
            Path other = study.path().resolve("at-" + rung + "-" + (3 - number));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!Files.exists(other)) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("the other process does not come");
                }
            }
            try {
                halving.reach(rung, () -> number, 0);
            } catch (StoppedEarly stopped) {
                continue; // The next rung is another case.
            }
        }
    }

    /** Starts one; the policy is there before either comes to a rung. */
    static Process start(Path study, int rungs, int number) throws IOException {
        List<Integer> steps = IntStream.rangeClosed(1, rungs).boxed().toList();
        List<Map<String, Object>> trainings = LongStream.of(1, 2)
                .mapToObj(seed -> Map.<String, Object>of("stage", training(seed), "seed", 1, "rungs", steps))
                .toList();
        StudyDirectory directory = StudyDirectory.create(study);
        Files.createDirectories(directory.stage(training(number)).path());
        JsonFile.write(
                study.resolve("early-stopping.json"),
                Map.of("policy", "0a1b2c3d4e5f", "metric", "train.loss", "factor", 2, "trainings", trainings));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RungProcess.class.getName(),
                        study.toString(),
                        String.valueOf(rungs),
                        String.valueOf(number))
                .inheritIO()
                .start();
    }

    static Map<String, Object> decision(Path study, int number, int rung) throws IOException {
        return JsonFile.read(
                StudyDirectory.at(study).stage(training(number)).path().resolve("decision-" + rung + ".json"));
    }

    private static Trial trial(long seed) {
        return FakePlan.trial(10, seed).trial();
    }

    private static String training(long seed) {
        return trial(seed).stage(StageKind.TRAIN).id();
    }
}
