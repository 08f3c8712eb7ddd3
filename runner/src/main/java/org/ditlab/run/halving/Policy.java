package org.ditlab.run.halving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.RungMetric;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.StoppingPlan;

/**
 * {@code early-stopping.json} of a study directory: the policy of the last {@code run}, with the trainings it is about.
 *
 * @param hash what tells it from another
 */
record Policy(String hash, RungMetric metric, int factor, List<Training> trainings) {
    private static final String FILE = "early-stopping.json";

    /**
     * A training that comes to a rung.
     *
     * @param stage id of its stage
     * @param rungs steps, rising
     * @param spared whether it is never stopped
     */
    record Training(String stage, long seed, List<Integer> rungs, boolean spared) {}

    Policy {
        trainings = List.copyOf(trainings);
    }

    /** Replaces what stands there; without a policy nothing stands there afterwards. */
    static void write(StudyDirectory study, Optional<StoppingPlan> plan) throws IOException {
        if (plan.isEmpty()) {
            Files.deleteIfExists(file(study));
            return;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("policy", plan.get().policy().hash());
        json.put("metric", plan.get().policy().metric().word());
        json.put("factor", plan.get().policy().factor());
        List<Object> trainings = new ArrayList<>();
        for (StoppingPlan.Training training : plan.get().trainings()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("stage", training.stage());
            row.put("seed", training.seed());
            row.put("rungs", training.rungs());
            row.put("protected", training.spared());
            trainings.add(row);
        }
        json.put("trainings", trainings);
        JsonFile.write(file(study), json);
    }

    /**
     * What stands there now.
     *
     * @throws StudyException when the file is damaged
     */
    static Optional<Policy> read(StudyDirectory study) throws IOException {
        Path file = file(study);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        Map<String, Object> json = JsonFile.read(file);
        try {
            List<Training> trainings = new ArrayList<>();
            for (Object item : (List<?>) json.get("trainings")) {
                Map<?, ?> row = (Map<?, ?>) item;
                List<Integer> rungs = new ArrayList<>();
                for (Object rung : (List<?>) row.get("rungs")) {
                    rungs.add(((Number) rung).intValue());
                }
                String stage = String.valueOf(row.get("stage"));
                if (!stage.matches("train-[0-9a-f]{12}")) {
                    throw damaged(file);
                }
                trainings.add(new Training(
                        stage,
                        ((Number) row.get("seed")).longValue(),
                        List.copyOf(rungs),
                        Boolean.TRUE.equals(row.get("protected"))));
            }
            int factor = ((Number) json.get("factor")).intValue();
            if (factor < 2) {
                throw damaged(file);
            }
            return Optional.of(new Policy(
                    String.valueOf(json.get("policy")),
                    RungMetric.of(String.valueOf(json.get("metric"))),
                    factor,
                    trainings));
        } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
            throw damaged(file);
        }
    }

    Optional<Training> training(String stage) {
        return trainings.stream()
                .filter(training -> training.stage().equals(stage))
                .findFirst();
    }

    private static StudyException damaged(Path file) {
        return new StudyException(file + ": is damaged; run the study again, it is written anew");
    }

    private static Path file(StudyDirectory study) {
        return study.path().resolve(FILE);
    }
}
