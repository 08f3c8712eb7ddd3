package org.ditlab.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Requirement;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;

/** Finds the variants in which a change's knob lacks what it requires of another change, and says how to mend that. */
final class Requirements {
    private record Lack(String place, String text, String remedy, List<String> variants) {}

    private final Expanding all;
    private final FromChanges<?> plan;
    private final List<Change> changes;
    private final List<String> places;
    private final Map<String, Lack> lacks = new LinkedHashMap<>();

    Requirements(Expanding all, FromChanges<?> plan, List<Change> changes, List<String> places) {
        this.all = all;
        this.plan = plan;
        this.changes = changes;
        this.places = places;
    }

    /** Where a change stands. */
    String place(int change) {
        return places.get(change);
    }

    /** Notes what a variant lacks. */
    void check(String variant, Set<Integer> chain, Settings settings) {
        if (plan.terms().excludesInvalid()) {
            return;
        }
        Settings said = all.said(settings);
        for (int index : chain) {
            for (Setting<?> setting : changes.get(index).settings().all()) {
                Requirement unmet = said.isSet(setting.knob()) ? unmet(setting.knob(), said) : null;
                if (unmet != null) {
                    lack(variant, chain, index, setting, unmet);
                }
            }
        }
    }

    private static <V> Requirement unmet(Knob<V> knob, Settings said) {
        if (said.get(knob).equals(knob.defaultValue())) {
            return null;
        }
        List<Requirement> unmet = knob.unmet(said);
        return unmet.isEmpty() ? null : unmet.get(0);
    }

    private void lack(String variant, Set<Integer> chain, int index, Setting<?> setting, Requirement unmet) {
        String knob = setting.knob().name();
        int missing = missing(chain, setting.knob());
        String remedy;
        if (missing < 0) {
            remedy = "set that in the base or in this change";
        } else {
            String needed = changes.get(missing).name();
            remedy = "add with: [" + changes.get(index).name() + "] to " + Text.quote(needed) + ", so that they "
                    + (plan instanceof LeaveOneOut ? "are left out together" : "come together");
        }
        Lack lack = new Lack(
                places.get(index) + "/change/" + knob,
                knob + " = " + Text.value(setting.raw()) + " requires " + unmet.text(),
                remedy,
                new ArrayList<>());
        lacks.computeIfAbsent(lack.place() + " " + missing, key -> lack)
                .variants()
                .add(variant);
    }

    /** The one change that would meet the requirement; -1 where there is none. */
    private int missing(Set<Integer> chain, Knob<?> knob) {
        for (int i = 0; i < changes.size(); i++) {
            if (!chain.contains(i)) {
                Settings more = Settings.empty();
                for (int j = 0; j < changes.size(); j++) {
                    more = chain.contains(j) || i == j
                            ? more.with(changes.get(j).settings())
                            : more;
                }
                if (knob.unmet(all.said(more)).isEmpty()) {
                    return i;
                }
            }
        }
        return -1;
    }

    /** Reports what was noted, each lack once. */
    void report() {
        for (Lack lack : lacks.values()) {
            String first = Text.quote(lack.variants().get(0));
            int more = lack.variants().size() - 1;
            all.report(
                    lack.place(),
                    lack.text() + ", which the " + plan.word() + " variant " + first
                            + (more == 0 ? "" : " (and " + more + " more)") + " lacks; " + lack.remedy()
                            + ", or leave the variant out by exclude: [" + first + "]"
                            + (more == 0 ? "" : " or exclude: " + Exclusion.INVALID),
                    "");
        }
    }
}
