package org.ditlab.store;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where a training came at a rung of early stopping.
 *
 * @param policy what tells the policy from another, 12 hex digits
 * @param step the rung
 * @param metric what was compared, {@code train.loss}
 * @param value the training's; NaN where it was not a number
 * @param rank 1 is the best; equal values have equal ranks
 * @param of trainings of the seed that had come there by then, this one among them
 */
public record RungPlace(String policy, long step, String metric, double value, int rank, int of) {
    /** The key of a trial's {@code result.json} under which it stands. */
    public static final String KEY = "stopped";

    /** What {@link #json} wrote; empty where it is no such object. */
    public static Optional<RungPlace> read(Object json) {
        if (json instanceof Map<?, ?> map
                && map.get("step") instanceof Number step
                && map.get("rank") instanceof Number rank
                && map.get("of") instanceof Number of) {
            double value = map.get("value") instanceof Number number ? number.doubleValue() : Double.NaN;
            return Optional.of(new RungPlace(
                    String.valueOf(map.get("policy")),
                    step.longValue(),
                    String.valueOf(map.get("metric")),
                    value,
                    rank.intValue(),
                    of.intValue()));
        }
        return Optional.empty();
    }

    /** Where the trial of a result was stopped; empty where it was not, and where there is no result. */
    public static Optional<RungPlace> ofResult(Map<String, Object> result) {
        Object stopped = result.get(KEY);
        return stopped == null ? Optional.empty() : read(stopped);
    }

    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("policy", policy);
        json.put("step", step);
        json.put("metric", metric);
        if (Double.isFinite(value)) {
            json.put("value", value);
        }
        json.put("rank", rank);
        json.put("of", of);
        return json;
    }

    /** {@code at step 500: train.loss 0.1234, rank 5 of 7}. */
    public String text() {
        String number = Double.isFinite(value)
                ? new BigDecimal(value).round(new MathContext(4)).toPlainString()
                : "not a number";
        return "at step " + step + ": " + metric + " " + number + ", rank " + rank + " of " + of;
    }
}
