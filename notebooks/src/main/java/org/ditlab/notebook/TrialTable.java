package org.ditlab.notebook;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.ditlab.store.TrialResult;
import org.ditlab.summary.StudySummary;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** The trials of a study as a Tablesaw table: who it is, the knobs in which trials differ, cost, metrics. */
final class TrialTable {
    private TrialTable() {}

    static Table of(StudySummary study) {
        List<TrialResult> trials = study.trials();
        Table table = Table.create(study.name());
        table.addColumns(StringColumn.create(
                "variant", trials.stream().map(TrialResult::variant).toList()));
        table.addColumns(IntColumn.create(
                "seed", trials.stream().mapToInt(TrialResult::replicate).toArray()));
        table.addColumns(StringColumn.create(
                "status", trials.stream().map(trial -> trial.status().word()).toList()));
        for (String knob : differing(trials)) {
            List<Object> values = new ArrayList<>();
            trials.forEach(trial -> values.add(trial.settings().get(knob)));
            boolean numeric = values.stream().allMatch(value -> value == null || value instanceof Number);
            table.addColumns(
                    numeric
                            ? numbers(knob, values)
                            : StringColumn.create(
                                    knob, values.stream().map(String::valueOf).toList()));
        }
        table.addColumns(
                column("gmacs", trials, trial -> trial.number("macs").map(macs -> macs / 1e9)),
                column("parameters", trials, trial -> trial.number("parameters")));
        Set<String> metrics = new LinkedHashSet<>();
        trials.forEach(trial -> metrics.addAll(trial.metrics().keySet()));
        for (String metric : metrics) {
            if (trials.stream().anyMatch(trial -> trial.metrics().get(metric) instanceof Number)) {
                table.addColumns(numbers(
                        metric,
                        trials.stream()
                                .map(trial -> trial.metrics().get(metric))
                                .toList()));
            }
        }
        return table;
    }

    private static Set<String> differing(List<TrialResult> trials) {
        Set<String> knobs = new LinkedHashSet<>();
        for (TrialResult trial : trials) {
            knobs.addAll(trial.settings().keySet());
        }
        knobs.removeIf(knob -> trials.stream()
                        .map(trial -> String.valueOf(trial.settings().get(knob)))
                        .distinct()
                        .count()
                < 2);
        return knobs;
    }

    private static DoubleColumn column(
            String name, List<TrialResult> trials, Function<TrialResult, Optional<Double>> number) {
        return DoubleColumn.create(
                name,
                trials.stream()
                        .mapToDouble(trial -> number.apply(trial).orElse(Double.NaN))
                        .toArray());
    }

    private static DoubleColumn numbers(String name, List<?> values) {
        return DoubleColumn.create(
                name,
                values.stream()
                        .mapToDouble(value -> value instanceof Number number ? number.doubleValue() : Double.NaN)
                        .toArray());
    }
}
