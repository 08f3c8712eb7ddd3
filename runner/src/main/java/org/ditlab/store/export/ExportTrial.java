package org.ditlab.store.export;

import java.util.List;
import java.util.Map;
import org.ditlab.store.TrialStatus;
import org.jspecify.annotations.Nullable;

/**
 * A trial as exporters see it.
 *
 * @param stages those with curves
 */
record ExportTrial(
        String id,
        String hash,
        String variant,
        long replicate,
        long seed,
        TrialStatus status,
        Map<String, Map<String, @Nullable Object>> values,
        List<Stage> stages) {
    /**
     * A stage with curves.
     *
     * @param number the index's number of it
     * @param now where its curves end
     */
    record Stage(long number, String id, String kind, Mark now) {
        /** The name of a metric where all stages' metrics stand together. */
        String tag(String metric) {
            return kind.equals("train") ? metric : kind + "/" + metric;
        }
    }

    /** A table of the index by name: {@code knob}, {@code result}, {@code timing}, {@code protocol}, {@code cost}. */
    Map<String, @Nullable Object> of(String table) {
        return values.getOrDefault(table, Map.of());
    }

    /** The last training step; 0 without training. */
    long lastStep() {
        return stages.stream().mapToLong(stage -> stage.now().step()).max().orElse(0);
    }
}
