package org.ditlab.study.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.study.CanonicalJson;

/**
 * What trainings have in common that differ in their number of steps alone: their first steps are the same to the bit, so that
 * a longer one can go on from the state of a shorter one.
 *
 * @param hash SHA-256 in hex over the identity of the training without its number of steps and its snapshots
 * @param steps how many steps this one takes
 * @param snapshots steps on the way whose weights it keeps
 */
public record Lineage(String hash, long steps, List<Long> snapshots) {
    private static final String STEPS = "train.steps";
    private static final String SCHEDULE = "train.learning-rate-schedule";

    /** The schedule whose rate at a step does not depend on how many follow. */
    private static final String CONSTANT = "constant";

    /** Of a training; empty where its first steps depend on its last, and of other stages. */
    public static Optional<Lineage> of(Stage stage) {
        return of(stage.identity());
    }

    /** Of a stage's identity, as {@link Stage#identity}. */
    public static Optional<Lineage> of(Map<String, ?> identity) {
        if (!StageKind.TRAIN.word().equals(identity.get("kind"))
                || !(identity.get("settings") instanceof Map<?, ?> settings)
                || !(settings.get(STEPS) instanceof Number steps)
                || settings.get(SCHEDULE) != null && !CONSTANT.equals(settings.get(SCHEDULE))) {
            return Optional.empty();
        }
        Map<String, Object> shared = new LinkedHashMap<>(identity);
        Map<Object, Object> recipe = new LinkedHashMap<>(settings);
        recipe.remove(STEPS);
        Object kept = recipe.remove(Extras.SNAPSHOTS);
        shared.put("settings", recipe);
        List<Long> snapshots = new ArrayList<>();
        if (kept instanceof List<?> list) {
            for (Object step : list) {
                if (step instanceof Number number) {
                    snapshots.add(number.longValue());
                }
            }
        }
        String hash = CanonicalJson.hash(CanonicalJson.normal(shared));
        return Optional.of(new Lineage(hash, steps.longValue(), List.copyOf(snapshots)));
    }

    /**
     * Whether this training can go on from another's state after a step: it is of the same lineage, not too far, and the other
     * has kept the weights of every snapshot that lies behind.
     */
    public boolean canContinue(Lineage other, long step) {
        return hash.equals(other.hash)
                && step > 0
                && step <= steps
                && snapshots.stream()
                        .filter(snapshot -> snapshot <= step)
                        .allMatch(snapshot -> other.snapshots.contains(snapshot) || snapshot == other.steps);
    }
}
