package org.ditlab.statistics.surrogate;

import java.util.List;

/**
 * What is varied: a knob, or several that always change together.
 *
 * @param name of the knob or the knobs
 * @param levels its values as text, each once
 * @param positions the values as numbers, in the order of the levels; empty where they are words
 */
public record Factor(String name, List<String> levels, List<Double> positions) {
    public Factor {
        levels = List.copyOf(levels);
        positions = List.copyOf(positions);
        if (!positions.isEmpty() && positions.size() != levels.size()) {
            throw new IllegalArgumentException(
                    positions.size() + " numbers of " + levels.size() + " levels of " + name);
        }
    }

    /** Whether its values have an order and distances. */
    boolean numeric() {
        return !positions.isEmpty();
    }
}
