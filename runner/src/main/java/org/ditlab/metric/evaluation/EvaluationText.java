package org.ditlab.metric.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.ditlab.metric.Interval;
import org.ditlab.model.inspect.Columns;

/** An evaluation as a person reads it: which is which, one row per number and one column per suite, and how the columns differ. */
public final class EvaluationText {
    /** Marks a number that the column's suite does not give itself. */
    private static final String FOREIGN = "*";

    /** Rounding, printed as 0. */
    private static final double NOTHING = 1e-10;

    private final EvaluationResult result;

    public EvaluationText(EvaluationResult result) {
        this.result = result;
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("reference: ").append(result.reference()).append('\n');
        text.append("samples:   ").append(result.samples()).append("\n\n");
        text.append(table());
        Set<String> notes = new LinkedHashSet<>(result.remarks());
        if (result.columns().stream()
                .flatMap(column -> column.measured().stream())
                .anyMatch(one -> !one.own())) {
            notes.add(FOREIGN + " not a number of this suite: DiTLab's own form over the suite's features");
        }
        for (EvaluationResult.Column column : result.columns()) {
            for (Measured measured : column.measured()) {
                for (String remark : measured.remarks()) {
                    notes.add(remark);
                }
            }
        }
        perClass(text);
        if (!notes.isEmpty()) {
            text.append('\n');
            notes.forEach(note -> text.append("note: ").append(note).append('\n'));
        }
        text.append('\n').append(protocols());
        return text.toString();
    }

    private String table() {
        List<String> header = new ArrayList<>(List.of(""));
        result.columns().forEach(column -> header.add(column.suite()));
        Columns table = new Columns(header.toArray(String[]::new));
        Set<String> keys = result.columns().stream()
                .flatMap(column -> column.measured().stream())
                .map(Measured::key)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        for (String key : keys) {
            List<String> row = new ArrayList<>(List.of(Metric.label(key)));
            for (EvaluationResult.Column column : result.columns()) {
                row.add(column.find(key).map(EvaluationText::cell).orElse("-"));
            }
            table.row(row.toArray(String[]::new));
        }
        return table.text(0);
    }

    private static String cell(Measured measured) {
        StringBuilder cell = new StringBuilder(number(measured.value()));
        if (measured.deviation() != null) {
            cell.append(" ± ").append(number(measured.deviation()));
        }
        Interval interval = measured.interval();
        if (interval != null) {
            cell.append(" [")
                    .append(number(interval.low()))
                    .append(", ")
                    .append(number(interval.high()))
                    .append(']');
        }
        return cell.append(measured.own() ? "" : FOREIGN).toString();
    }

    /** Four digits behind the point, or four that count where that is less. */
    static String number(double value) {
        double size = Math.abs(value) < NOTHING ? 0 : Math.abs(value);
        if (size != 0 && size < 0.01) {
            return String.format(Locale.ROOT, "%.4g", value);
        }
        return String.format(Locale.ROOT, "%.4f", size == 0 ? 0 : value);
    }

    private void perClass(StringBuilder text) {
        for (EvaluationResult.Column column : result.columns()) {
            if (column.perClass().isEmpty()) {
                continue;
            }
            text.append("\nFID of each class, ").append(column.suite()).append('\n');
            Columns table = new Columns("class", "FID", "samples");
            column.perClass()
                    .forEach((label, measured) -> table.row(
                            label,
                            number(measured.value()),
                            String.valueOf(measured.protocol().entries().get("samples"))));
            text.append(table.text());
        }
    }

    /** What all numbers share, then what each suite has for itself, so that a difference explains itself. */
    private String protocols() {
        Map<String, Map<String, Object>> bySuite = new LinkedHashMap<>();
        result.columns().forEach(column -> bySuite.put(column.suite(), union(column)));
        Map<String, Object> first = bySuite.values().iterator().next();
        StringBuilder text = new StringBuilder("protocol\n");
        first.forEach((key, value) -> {
            if (bySuite.values().stream().allMatch(other -> Objects.equals(other.get(key), value))) {
                text.append("  ").append(key).append(": ").append(value).append('\n');
            }
        });
        Set<String> keys = new LinkedHashSet<>();
        bySuite.values().forEach(entries -> keys.addAll(entries.keySet()));
        for (String key : keys) {
            List<Object> values = bySuite.values().stream()
                    .map(entries -> entries.get(key))
                    .distinct()
                    .toList();
            if (values.size() > 1) {
                List<String> parts = new ArrayList<>();
                bySuite.forEach((suite, entries) -> {
                    if (entries.containsKey(key)) {
                        parts.add(suite + ": " + entries.get(key));
                    }
                });
                text.append("  ")
                        .append(key)
                        .append(": ")
                        .append(String.join(" | ", parts))
                        .append('\n');
            }
        }
        for (EvaluationResult.Column column : result.columns()) {
            text.append("  fingerprints of ").append(column.suite()).append(':');
            column.measured()
                    .forEach(measured -> text.append(' ')
                            .append(measured.key())
                            .append(' ')
                            .append(measured.protocol().fingerprint()));
            text.append('\n');
        }
        return text.toString();
    }

    /** The entries of all metrics; what differs among them is named by its metrics. */
    private static Map<String, Object> union(EvaluationResult.Column column) {
        Map<String, Map<Object, Set<String>>> values = new TreeMap<>();
        for (Measured measured : column.measured()) {
            Map<String, Object> entries = measured.protocol().entries();
            entries.forEach((key, value) -> values.computeIfAbsent(key, any -> new LinkedHashMap<>())
                    .computeIfAbsent(value, any -> new LinkedHashSet<>())
                    .add(String.valueOf(entries.get("metric"))));
        }
        values.remove("metric");
        Map<String, Object> union = new LinkedHashMap<>();
        values.forEach((key, byValue) -> byValue.forEach((value, metrics) ->
                union.put(byValue.size() == 1 ? key : key + " of " + String.join(", ", metrics), value)));
        return union;
    }
}
