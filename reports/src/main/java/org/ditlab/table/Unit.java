package org.ditlab.table;

import java.util.Arrays;
import java.util.List;

/**
 * A unit that keeps a column's numbers short.
 *
 * @param name {@code GMACs}
 * @param size how many of the base unit it holds
 */
public record Unit(String name, double size) {
    static final List<Unit> PARAMETERS = List.of(new Unit("", 1), new Unit("k", 1e3), new Unit("M", 1e6));
    static final List<Unit> BYTES = List.of(new Unit("MiB", 1L << 20), new Unit("GiB", 1L << 30));
    /** Base unit: one GMAC. */
    static final List<Unit> TRAINING =
            List.of(new Unit("GMACs", 1), new Unit("TMACs", 1e3), new Unit("PMACs", 1e6), new Unit("EMACs", 1e9));

    /** The largest unit of a rising list that the largest value still reaches; the first one for none. */
    static Unit fitting(List<Unit> units, double[] values) {
        double largest = Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(0);
        Unit fitting = units.get(0);
        for (Unit unit : units) {
            if (largest >= unit.size) {
                fitting = unit;
            }
        }
        return fitting;
    }
}
