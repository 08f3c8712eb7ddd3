package org.ditlab.finding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.ditlab.statistics.surrogate.Design;
import org.ditlab.statistics.surrogate.Factor;
import org.ditlab.summary.VariantSummary;
import org.jspecify.annotations.Nullable;

/**
 * The knobs in which variants differ as factors of a regression; knobs that always change together are one.
 *
 * @param knobs of each factor
 * @param levels of each factor, for each level the raw values of its knobs
 */
record Factors(Design design, List<List<String>> knobs, List<List<Map<String, Object>>> levels) {
    /** More knobs than that are not named. */
    private static final int NAMED = 4;

    /** The variants' knobs against the metric's means; variants of equal settings are rows of their own. */
    static Factors of(Measure measure) {
        List<VariantSummary> variants = measure.variants();
        SortedSet<String> names = new TreeSet<>();
        variants.forEach(variant -> names.addAll(variant.settings().keySet()));
        Map<List<Integer>, List<String>> together = new LinkedHashMap<>();
        for (String name : names) {
            List<Integer> partition = partition(variants, name);
            if (partition.stream().anyMatch(level -> level > 0)) {
                together.computeIfAbsent(partition, key -> new ArrayList<>()).add(name);
            }
        }
        List<Factor> factors = new ArrayList<>();
        List<List<Map<String, Object>>> levels = new ArrayList<>();
        List<int[]> rows = new ArrayList<>();
        variants.forEach(variant -> rows.add(new int[together.size()]));
        together.forEach((partition, knobs) -> {
            List<Map<String, Object>> values = new ArrayList<>();
            for (int row = 0; row < partition.size(); row++) {
                int level = partition.get(row);
                rows.get(row)[factors.size()] = level;
                if (level == values.size()) {
                    Map<String, Object> value = new LinkedHashMap<>();
                    for (String knob : knobs) {
                        Object raw = variants.get(row).settings().get(knob);
                        if (raw != null) {
                            value.put(knob, raw);
                        }
                    }
                    values.add(value);
                }
            }
            factors.add(factor(knobs, values));
            levels.add(values);
        });
        double[] means = variants.stream()
                .mapToDouble(variant -> measure.estimate(variant.name()).mean())
                .toArray();
        return new Factors(new Design(factors, rows, means), List.copyOf(together.values()), levels);
    }

    private static List<Integer> partition(List<VariantSummary> variants, String knob) {
        Map<String, Integer> known = new LinkedHashMap<>();
        List<Integer> partition = new ArrayList<>();
        for (VariantSummary variant : variants) {
            partition.add(known.computeIfAbsent(text(variant.settings().get(knob)), key -> known.size()));
        }
        return partition;
    }

    private static Factor factor(List<String> knobs, List<Map<String, Object>> values) {
        List<Double> numbers = new ArrayList<>();
        for (Map<String, Object> value : values) {
            boolean all =
                    value.size() == knobs.size() && value.values().stream().allMatch(Number.class::isInstance);
            if (all && value.get(knobs.get(0)) instanceof Number number) {
                numbers.add(number.doubleValue());
            }
        }
        String name = String.join(" with ", knobs.subList(0, Math.min(NAMED, knobs.size())))
                + (knobs.size() > NAMED ? " and " + (knobs.size() - NAMED) + " more" : "");
        List<String> levels = values.stream().map(Map::toString).toList();
        return new Factor(name, levels, numbers.size() == values.size() ? numbers : List.of());
    }

    private static String text(@Nullable Object value) {
        return String.valueOf(value);
    }
}
