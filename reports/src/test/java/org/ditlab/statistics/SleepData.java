package org.ditlab.statistics;

import java.util.HashMap;
import java.util.Map;

/**
 * Extra hours of sleep of ten patients under two drugs: Cushny and Peebles 1905, as in Student, The probable error of a mean,
 * Biometrika 6, 1908, and R's {@code sleep}.
 */
final class SleepData {
    static final double[] FIRST = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
    static final double[] SECOND = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

    private SleepData() {}

    static PairedDifference difference() {
        return PairedDifference.of(bySeed(FIRST), bySeed(SECOND));
    }

    static Map<Integer, Double> bySeed(double... values) {
        Map<Integer, Double> map = new HashMap<>();
        for (int i = 0; i < values.length; i++) {
            map.put(i + 1, values[i]);
        }
        return map;
    }
}
