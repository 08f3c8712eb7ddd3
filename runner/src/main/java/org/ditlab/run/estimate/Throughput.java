package org.ditlab.run.estimate;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.ditlab.model.ModelCost;
import org.ditlab.store.StageDirectory;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;

/**
 * What a piece of work took.
 *
 * @param work the piece; how many there were does not count
 * @param seconds of one piece
 * @param stage id of the stage it was measured in; empty for a calibration
 */
public record Throughput(Engine engine, Work work, double seconds, String stage) {
    private static final int LONGEST = 200;
    private static final double MOST = 1e15;

    public Throughput {
        if (!(seconds > 0 && seconds < MOST) || !(work.macs() > 0 && work.macs() < MOST * MOST)) {
            throw new IllegalArgumentException(seconds + " seconds for " + work.macs() + " multiply-accumulates");
        }
    }

    /**
     * What a finished stage took; empty where it does not say so.
     *
     * @param directory of the stage
     * @param timing of its result
     */
    public static Optional<Throughput> of(
            Engine engine, Trial trial, Stage stage, StageDirectory directory, Map<String, Object> timing)
            throws IOException {
        if (!(timing.get(stage.kind().word() + ".seconds") instanceof Number)) {
            return Optional.empty();
        }
        Work work = Work.of(stage, trial.settings(), ModelCost.of(trial.settings()));
        OptionalDouble seconds = StudyTimes.finished(directory, trial, work, timing);
        return seconds.isEmpty()
                ? Optional.empty()
                : Optional.of(new Throughput(engine, work, seconds.getAsDouble(), stage.id()));
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("processor", engine.processor());
        json.put("device", engine.device());
        json.put("threads", engine.threads());
        json.put("build", engine.build());
        json.put("kind", work.kind().word());
        json.put("precision", work.precision());
        json.put("architecture", work.architecture());
        json.put("batch", work.batch());
        json.put("macs", work.macs());
        json.put("seconds", seconds);
        json.put("stage", stage);
        return json;
    }

    /** What {@link #json} gave; empty for anything else. */
    static Optional<Throughput> of(Map<String, Object> json) {
        String[] words = Stream.of("processor", "device", "build", "kind", "precision", "architecture", "stage")
                .map(json::get)
                .filter(word -> word instanceof String text && text.length() <= LONGEST)
                .toArray(String[]::new);
        boolean whole = words.length == 7
                && json.get("threads") instanceof Integer
                && json.get("batch") instanceof Integer
                && json.get("macs") instanceof Number
                && json.get("seconds") instanceof Number;
        if (!whole) {
            return Optional.empty();
        }
        Engine engine = new Engine(words[0], words[1], (Integer) json.get("threads"), words[2]);
        double macs = ((Number) json.get("macs")).doubleValue();
        for (StageKind kind : StageKind.values()) {
            if (kind.word().equals(words[3])) {
                Work work = new Work(kind, words[4], words[5], (Integer) json.get("batch"), macs, 1);
                try {
                    return Optional.of(
                            new Throughput(engine, work, ((Number) json.get("seconds")).doubleValue(), words[6]));
                } catch (IllegalArgumentException impossible) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
