package org.ditlab.study;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.knob.Settings;

/** Leaves out the variants of one kind that are excluded by name or by a condition, and says how many. */
final class Exclusions {
    private static final int SEARCHED = 200;

    private final Expanding all;
    private final String place;
    private final List<Exclusion> exclude;
    private final Map<Exclusion, Integer> counts = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();

    Exclusions(Expanding all, String place, Terms terms) {
        this.all = all;
        this.place = place;
        this.exclude = terms.exclude();
    }

    /** Whether the variant of this name and settings is left out. */
    boolean leavesOut(String name, Settings settings) {
        names.add(name);
        for (Exclusion exclusion : exclude) {
            boolean named =
                    exclusion instanceof Exclusion.Named one && one.name().equals(name);
            if (named || exclusion instanceof Exclusion.Where where && where.holds(all.said(settings))) {
                counts.merge(exclusion, 1, Integer::sum);
                return true;
            }
        }
        return false;
    }

    /** A sentence per exclusion that left something out; names that no variant has are problems. */
    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        for (int i = 0; i < exclude.size(); i++) {
            Exclusion exclusion = exclude.get(i);
            int count = counts.getOrDefault(exclusion, 0);
            if (exclusion instanceof Exclusion.Named one && count == 0 && !names.contains(one.name())) {
                all.report(
                        place + "/exclude/" + i,
                        "no variant here is named " + Text.quote(one.name())
                                + "; expected the name of a variant, a condition on knobs, or invalid",
                        names.size() > SEARCHED ? "" : Spelling.remark(one.name(), names));
            } else if (count == 0 && exclusion instanceof Exclusion.Where) {
                all.warn(
                        place + "/exclude/" + i,
                        "exclude: " + text(exclusion) + " leaves nothing out that was not left out already; expected"
                                + " knobs and values that a variant here has");
            } else if (count > 0) {
                sentences.add(count + " left out by exclude: " + text(exclusion));
            }
        }
        return sentences;
    }

    private static String text(Exclusion exclusion) {
        if (!(exclusion instanceof Exclusion.Where where)) {
            return String.valueOf(exclusion.raw());
        }
        List<String> parts = new ArrayList<>();
        where.knobs().forEach(values -> {
            Object raw = values.values().size() == 1 ? values.values().get(0).raw() : values.raw();
            parts.add(values.label() + "=" + Text.value(raw));
        });
        return String.join(", ", parts);
    }
}
