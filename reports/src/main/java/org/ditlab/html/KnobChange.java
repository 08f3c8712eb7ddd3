package org.ditlab.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * A knob that two variants have set otherwise.
 *
 * @param from its value in the first, as a study file has it; {@code -} where none is recorded
 * @param to its value in the second
 */
public record KnobChange(String knob, String from, String to) {
    /** How one variant's settings become another's, by the knobs' names. */
    public static List<KnobChange> between(Map<String, Object> from, Map<String, Object> to) {
        TreeSet<String> knobs = new TreeSet<>(from.keySet());
        knobs.addAll(to.keySet());
        List<KnobChange> changes = new ArrayList<>();
        for (String knob : knobs) {
            if (!Objects.equals(from.get(knob), to.get(knob))) {
                changes.add(new KnobChange(knob, text(from.get(knob)), text(to.get(knob))));
            }
        }
        return List.copyOf(changes);
    }

    private static String text(Object value) {
        return value == null ? "-" : String.valueOf(value);
    }

    /** {@code patch 4 → 2}. */
    public String sentence() {
        return knob + " " + from + " \u2192 " + to;
    }

    List<String> row() {
        return List.of(knob, from, to);
    }
}
