package org.ditlab.html;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;

/** The knobs in which the trained variants differ, and each variant's value. */
final class Differences {
    private Differences() {}

    /** Head row first, then a row per variant; empty where no knob differs. */
    static List<List<String>> of(StudySummary study) {
        List<VariantSummary> trained = study.trained();
        Set<String> knobs = new TreeSet<>();
        trained.forEach(variant -> knobs.addAll(variant.settings().keySet()));
        knobs.removeIf(knob -> {
            Set<String> values = new HashSet<>();
            trained.forEach(variant -> values.add(value(variant.settings(), knob)));
            return values.size() < 2;
        });
        if (knobs.isEmpty()) {
            return List.of();
        }
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("Variant"));
        head.addAll(knobs);
        rows.add(head);
        for (VariantSummary variant : trained) {
            List<String> row = new ArrayList<>(List.of(variant.name()));
            knobs.forEach(knob -> row.add(value(variant.settings(), knob)));
            rows.add(row);
        }
        return rows;
    }

    private static String value(Map<String, Object> settings, String knob) {
        return String.valueOf(settings.getOrDefault(knob, "-"));
    }
}
