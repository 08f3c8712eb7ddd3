package org.ditlab.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ditlab.tensor.Shape;

/**
 * How the keys of some weights differ from those of a module.
 *
 * @param missing keys that the module has and the weights lack, with their shapes
 * @param unexpected keys that the weights have and the module lacks, with their shapes
 * @param misshaped keys of both whose shapes differ, with both shapes
 */
public record KeyMismatch(List<String> missing, List<String> unexpected, List<String> misshaped) {
    private static final int SHOWN = 20;

    /** Compares; the module need not be materialized. */
    public static KeyMismatch between(Map<String, Shape> weights, Module module) {
        List<String> missing = new ArrayList<>();
        List<String> unexpected = new ArrayList<>();
        List<String> misshaped = new ArrayList<>();
        Map<String, Parameter> parameters = module.parameters();
        parameters.forEach((key, parameter) -> {
            Shape shape = weights.get(key);
            if (shape == null) {
                missing.add(key + " " + parameter.shape());
            } else if (!shape.equals(parameter.shape())) {
                misshaped.add(key + " is " + shape + ", the model has " + parameter.shape());
            }
        });
        weights.forEach((key, shape) -> {
            if (!parameters.containsKey(key)) {
                unexpected.add(key + " " + shape);
            }
        });
        return new KeyMismatch(List.copyOf(missing), List.copyOf(unexpected), List.copyOf(misshaped));
    }

    /** True when the weights fit the module. */
    public boolean isEmpty() {
        return missing.isEmpty() && unexpected.isEmpty() && misshaped.isEmpty();
    }

    /** The kinds with their numbers, each followed by its keys, one a line; of a long list the beginning. */
    public String describe() {
        List<String> lines = new ArrayList<>();
        add(lines, "missing", missing);
        add(lines, "unexpected", unexpected);
        add(lines, "of another shape", misshaped);
        return String.join("\n", lines);
    }

    private static void add(List<String> lines, String kind, List<String> keys) {
        if (keys.isEmpty()) {
            return;
        }
        lines.add("  " + keys.size() + " " + kind + ":");
        keys.stream().limit(SHOWN).forEach(key -> lines.add("    " + key));
        if (keys.size() > SHOWN) {
            lines.add("    and " + (keys.size() - SHOWN) + " more");
        }
    }
}
