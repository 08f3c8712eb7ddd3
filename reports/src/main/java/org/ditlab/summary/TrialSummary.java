package org.ditlab.summary;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * One trial as the study directory holds it.
 *
 * @param hash SHA-256 in hex
 * @param replicate 1 for the first seed
 * @param settings raw knob values by name, defaults written out
 * @param cost {@code parameters}, {@code macs}, {@code macs_torchprofile}, ... of the architecture
 * @param metrics deterministic values; empty while unfinished
 * @param timing seconds, rates, memory; empty while unfinished
 * @param protocol how the metrics were measured; empty while unfinished
 * @param training directory of its train stage, or null where the plan has none
 * @param sampling directory of its sample stage, or null where the plan has none
 */
public record TrialSummary(
        String hash,
        String variant,
        int replicate,
        long seed,
        TrialStatus status,
        Map<String, Object> settings,
        Map<String, Object> cost,
        Map<String, Object> metrics,
        Map<String, Object> timing,
        Map<String, Object> protocol,
        @Nullable Path training,
        @Nullable Path sampling) {

    /** The first 12 hex digits. */
    public String id() {
        return hash.length() > 12 ? hash.substring(0, 12) : hash;
    }

    public boolean done() {
        return status == TrialStatus.DONE;
    }

    /** The number under a key of one of this trial's maps; empty where it is missing, not a number, or not finite. */
    public static OptionalDouble number(Map<String, Object> map, String key) {
        return map.get(key) instanceof Number number && Double.isFinite(number.doubleValue())
                ? OptionalDouble.of(number.doubleValue())
                : OptionalDouble.empty();
    }
}
