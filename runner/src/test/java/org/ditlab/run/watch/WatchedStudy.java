package org.ditlab.run.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.knob.Settings;
import org.ditlab.model.ModelCost;
import org.ditlab.store.JsonFile;
import org.ditlab.store.MetricLog;
import org.ditlab.store.ProgressFile;
import org.ditlab.store.RunCommand;
import org.ditlab.store.StageDirectory;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.WriterLock;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;
import org.ditlab.study.plan.TrialJson;
import org.ditlab.train.TrainKnobs;

/** A study's directory whose trials do what a test says; each has a training and samples. */
public final class WatchedStudy {
    private final StudyDirectory study;
    private final List<Trial> trials = new ArrayList<>();

    /** A study without trials. */
    public WatchedStudy(Path path) throws IOException {
        study = StudyDirectory.create(path);
        plan();
        study.writeCommand(
                new RunCommand(List.of("run", "tiny.yaml"), Path.of("").toAbsolutePath()));
    }

    /** Plans one more trial; gives its number. */
    public int add(String variant, int replicate) throws IOException {
        int number = trials.size();
        Stage train = new Stage(StageKind.TRAIN, hash("a", number), Map.of(), List.of());
        Stage sample = new Stage(StageKind.SAMPLE, hash("b", number), Map.of(), List.of(train.hash()));
        Settings settings = Settings.of(TrainKnobs.STEPS.to(400));
        Trial trial = new Trial(hash("c", number), variant, replicate, replicate, settings, List.of(train, sample));
        trials.add(trial);
        Files.createDirectories(study.trial(trial.hash()).path());
        JsonFile.write(
                study.trial(trial.hash()).trialFile(),
                TrialJson.tree(trial, new ModelCost(1, 1, 1_000_000, 1, 1, 1_000_000, 1)));
        return number;
    }

    /** Writes the plan of the trials so far. */
    public void plan() throws IOException {
        study.writePlan(
                Map.of("study", "tiny"), trials.stream().map(Trial::hash).toList());
    }

    public Path path() {
        return study.path();
    }

    public String id(int number) {
        return trials.get(number).id();
    }

    /** Takes a trial as its worker does; it runs until the lock is closed. */
    public WriterLock begin(int number) throws IOException {
        return WriterLock.tryAcquire(study.trial(trials.get(number).hash()).path())
                .orElseThrow();
    }

    /** An attempt at the training, to be told how far it is. */
    public ProgressFile attempt(int number) throws IOException {
        StageDirectory train = training(number);
        Files.createDirectories(train.path());
        return new ProgressFile(
                train.attempt(train.newAttempt()),
                trials.get(number).hash(),
                train.path().getFileName().toString());
    }

    /** Appends rows to the log of the latest attempt: steps by tens from {@code from}. */
    public void rows(int number, int from, double... losses) throws IOException {
        StageDirectory train = training(number);
        List<Integer> attempts = train.attempts();
        try (MetricLog log = MetricLog.append(
                train.attempt(attempts.get(attempts.size() - 1)).resolve("metrics.jsonl"))) {
            for (int i = 0; i < losses.length; i++) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("step", from + 10 * i);
                row.put("loss", losses[i]);
                row.put("seconds", 0.1);
                log.write(row);
            }
        }
    }

    public StageDirectory training(int number) {
        return study.stage(trials.get(number).stage(StageKind.TRAIN));
    }

    public StageDirectory samples(int number) {
        return study.stage(trials.get(number).stage(StageKind.SAMPLE));
    }

    public Path log(int number) {
        return study.trial(trials.get(number).hash()).logFile();
    }

    /** The trial's end. */
    public void done(int number, String status, Map<String, ?> metrics) throws IOException {
        done(number, status, metrics, Map.of("train.seconds", 40, "sample.seconds", 10));
    }

    void done(int number, String status, Map<String, ?> metrics, Map<String, ?> timing) throws IOException {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("status", status);
        result.put("metrics", metrics);
        result.put("timing", timing);
        JsonFile.write(study.trial(trials.get(number).hash()).resultFile(), result);
    }

    public void failed(int number, String reason) throws IOException {
        JsonFile.write(study.trial(trials.get(number).hash()).failureFile(), Map.of("reason", reason));
    }

    private static String hash(String letter, int number) {
        return letter + "%011x".formatted(number) + "0".repeat(52);
    }
}
