package org.ditlab.metric.evaluation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.metric.Interval;
import org.ditlab.metric.protocol.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * A number and how it came about.
 *
 * @param key its name in results: {@code fid}
 * @param deviation population standard deviation over blocks or subsets, or null
 * @param interval of a bootstrap, or null
 * @param own whether the suite itself gives this number; others are DiTLab's form over the suite's features
 * @param protocol what the number depends on besides the samples
 * @param remarks what to know of it, complete sentences
 */
public record Measured(
        String key,
        double value,
        @Nullable Double deviation,
        @Nullable Interval interval,
        boolean own,
        Protocol protocol,
        List<String> remarks) {
    public Measured {
        remarks = List.copyOf(remarks);
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(key + " is " + value);
        }
    }

    /** As a program reads it. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("value", value);
        if (deviation != null) {
            tree.put("standard_deviation", deviation);
        }
        if (interval != null) {
            Map<String, Object> bounds = new LinkedHashMap<>();
            bounds.put("low", interval.low());
            bounds.put("high", interval.high());
            bounds.put("level", interval.level());
            bounds.put("resamples", interval.resamples());
            tree.put("interval", bounds);
        }
        tree.put("of_the_suite", own);
        if (!remarks.isEmpty()) {
            tree.put("remarks", remarks);
        }
        tree.put("protocol", protocol.toMap());
        return tree;
    }
}
