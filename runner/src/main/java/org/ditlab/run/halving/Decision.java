package org.ditlab.run.halving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.store.JsonFile;
import org.ditlab.store.RungPlace;
import org.ditlab.store.StageDirectory;
import org.ditlab.study.StudyException;

/**
 * Whether a training goes on at a rung; {@code decision-<step>.json} beside {@code rung-<step>.json}, so that a later attempt
 * decides the same whatever has come there since.
 *
 * @param seconds of training up to the rung
 */
record Decision(RungPlace place, boolean stops, double seconds) {
    /**
     * Among the best {@code ceil(n / factor)} of n a training goes on; of fewer than {@code factor} all do. Equal values share
     * the better rank; what is not a number comes after everything else.
     *
     * @param others the values of the other trainings that have come to the rung; NaN of one that diverged
     */
    static Decision of(
            String policy, long step, String metric, double value, List<Double> others, int factor, double seconds) {
        int rank = 1;
        for (double other : others) {
            rank += other < value || Double.isNaN(value) && !Double.isNaN(other) ? 1 : 0;
        }
        int n = others.size() + 1;
        return new Decision(new RungPlace(policy, step, metric, value, rank, n), stops(rank, n, factor), seconds);
    }

    static boolean stops(int rank, int n, int factor) {
        return n >= factor && rank > (n + factor - 1) / factor;
    }

    /** What was decided under a policy by a measurement; empty where nothing was, or under or by another. */
    static Optional<Decision> read(StageDirectory stage, long step, String policy, String metric) throws IOException {
        Path file = file(stage, step);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            Map<String, Object> json = JsonFile.read(file);
            double seconds = json.get("seconds") instanceof Number number ? number.doubleValue() : 0;
            return RungPlace.read(json)
                    .filter(place ->
                            place.policy().equals(policy) && place.metric().equals(metric))
                    .map(place -> new Decision(place, Boolean.TRUE.equals(json.get("stop")), seconds));
        } catch (StudyException damaged) {
            return Optional.empty();
        }
    }

    void write(StageDirectory stage) throws IOException {
        Map<String, Object> json = place.json();
        json.put("stop", stops);
        json.put("seconds", seconds);
        JsonFile.write(file(stage, place.step()), json);
    }

    private static Path file(StageDirectory stage, long step) {
        return stage.path().resolve("decision-" + step + ".json");
    }
}
