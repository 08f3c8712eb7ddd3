package org.ditlab.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
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
public record KeyMismatch(Map<String, Shape> missing, Map<String, Shape> unexpected, Map<String, Shapes> misshaped) {
    /**
     * Two shapes that ought to be one.
     *
     * @param found that of the weights
     * @param expected that of the module
     */
    public record Shapes(Shape found, Shape expected) {}

    /** Compares; the module need not be materialized. */
    public static KeyMismatch between(Map<String, Shape> weights, Module module) {
        Map<String, Shape> missing = new LinkedHashMap<>();
        Map<String, Shape> unexpected = new LinkedHashMap<>();
        Map<String, Shapes> misshaped = new LinkedHashMap<>();
        Map<String, Parameter> parameters = module.parameters();
        parameters.forEach((key, parameter) -> {
            Shape shape = weights.get(key);
            if (shape == null) {
                missing.put(key, parameter.shape());
            } else if (!shape.equals(parameter.shape())) {
                misshaped.put(key, new Shapes(shape, parameter.shape()));
            }
        });
        weights.forEach((key, shape) -> {
            if (!parameters.containsKey(key)) {
                unexpected.put(key, shape);
            }
        });
        return new KeyMismatch(
                Collections.unmodifiableMap(missing),
                Collections.unmodifiableMap(unexpected),
                Collections.unmodifiableMap(misshaped));
    }

    /** True when the weights fit the module. */
    public boolean isEmpty() {
        return missing.isEmpty() && unexpected.isEmpty() && misshaped.isEmpty();
    }

    /** The kinds with their numbers, each followed by all its keys, one a line. */
    public String describe() {
        return describe(Integer.MAX_VALUE);
    }

    /**
     * The same with the first keys of each kind and the number of the others.
     *
     * @param most how many keys of a kind are told
     */
    String describe(int most) {
        List<String> lines = new ArrayList<>();
        add(lines, "missing", told(missing), most);
        add(lines, "unexpected", told(unexpected), most);
        add(
                lines,
                "of another shape",
                misshaped.entrySet().stream()
                        .map(key -> key.getKey() + " is " + key.getValue().found() + ", the model has "
                                + key.getValue().expected())
                        .toList(),
                most);
        return String.join("\n", lines);
    }

    private static List<String> told(Map<String, Shape> keys) {
        return keys.entrySet().stream()
                .map(key -> key.getKey() + " " + key.getValue())
                .toList();
    }

    private static void add(List<String> lines, String kind, List<String> keys, int most) {
        if (keys.isEmpty()) {
            return;
        }
        lines.add("  " + keys.size() + " " + kind + ":");
        keys.stream().limit(most).forEach(key -> lines.add("    " + key));
        if (keys.size() > most) {
            lines.add("    and " + (keys.size() - most) + " more");
        }
    }
}
