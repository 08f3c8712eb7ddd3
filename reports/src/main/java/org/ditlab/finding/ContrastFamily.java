package org.ditlab.finding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.study.AddOneIn;
import org.ditlab.study.Controls;
import org.ditlab.study.GroupMember;
import org.ditlab.study.Ladder;
import org.ditlab.study.LeaveOneOut;
import org.ditlab.study.ListPlan;
import org.ditlab.study.PlanGroup;
import org.ditlab.study.Variant;
import org.ditlab.study.ZipPlan;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;

/**
 * Comparisons that are judged together: their p-values are corrected for how many they are.
 *
 * @param id a word for anchors and files: {@code ladder}
 * @param title what is compared with what
 */
record ContrastFamily(String id, String title, List<Contrast> contrasts) {
    /** The families of a study's plan; without a plan that says its groups, every variant against the first. */
    static List<ContrastFamily> of(StudySummary study, Measure measure) {
        Map<String, String> parents = study.controls();
        Map<String, Integer> known = new HashMap<>();
        List<ContrastFamily> families = new ArrayList<>();
        List<Contrast> controls = new ArrayList<>();
        Set<Contrast> seen = new HashSet<>();
        for (PlanGroup group : study.groups()) {
            List<Contrast> contrasts = new ArrayList<>();
            String title = "";
            switch (group.kind()) {
                case Ladder.WORD -> {
                    title = "each rung against the one below it";
                    contrasts.addAll(rungs(group, parents));
                }
                case ListPlan.WORD, ZipPlan.WORD -> {
                    title = "each variant against " + against(study, measure, group);
                    contrasts.addAll(against(group, against(study, measure, group)));
                }
                case AddOneIn.WORD -> {
                    title = "each change alone against " + first(group);
                    contrasts.addAll(against(group, first(group)));
                }
                case LeaveOneOut.WORD -> {
                    title = "all changes but some against all of them, " + first(group);
                    contrasts.addAll(against(group, first(group)));
                }
                default -> {}
            }
            for (GroupMember member : group.members()) {
                String parent = parents.get(member.name());
                if (parent != null
                        && (group.kind().equals(Ladder.WORD) || group.kind().equals(Controls.WORD))) {
                    controls.add(new Contrast(member.name(), member.variant(), variant(study, parent)));
                }
            }
            add(families, known, group.kind(), title, contrasts, measure, seen);
        }
        add(families, known, "controls", "each control against what it starts from", controls, measure, seen);
        if (study.groups().isEmpty() && !measure.variants().isEmpty()) {
            String first = measure.variants().get(0).name();
            List<Contrast> all = measure.variants().stream()
                    .skip(1)
                    .map(variant -> new Contrast(variant.name(), variant.name(), first))
                    .toList();
            add(families, known, "variants", "each variant against " + first, all, measure, seen);
        }
        return List.copyOf(families);
    }

    /** A ladder's members without its controls: the base first, then the rungs. */
    static List<GroupMember> ladder(PlanGroup group, StudySummary study) {
        Map<String, String> parents = study.controls();
        return group.members().stream()
                .filter(member -> !parents.containsKey(member.name()))
                .toList();
    }

    private static void add(
            List<ContrastFamily> families,
            Map<String, Integer> known,
            String id,
            String title,
            List<Contrast> contrasts,
            Measure measure,
            Set<Contrast> seen) {
        List<Contrast> measured = contrasts.stream()
                .filter(contrast -> !contrast.variant().equals(contrast.other()))
                .filter(contrast -> measure.has(contrast.variant()) && measure.has(contrast.other()))
                .filter(seen::add)
                .toList();
        if (!measured.isEmpty()) {
            int count = known.merge(id, 1, Integer::sum);
            families.add(new ContrastFamily(count == 1 ? id : id + "-" + count, title, measured));
        }
    }

    private static List<Contrast> rungs(PlanGroup group, Map<String, String> parents) {
        List<Contrast> contrasts = new ArrayList<>();
        GroupMember below = null;
        for (GroupMember member : group.members()) {
            if (!parents.containsKey(member.name())) {
                if (below != null) {
                    contrasts.add(new Contrast(member.name(), member.variant(), below.variant()));
                }
                below = member;
            }
        }
        return contrasts;
    }

    private static List<Contrast> against(PlanGroup group, String other) {
        return group.members().stream()
                .map(member -> new Contrast(member.name(), member.variant(), other))
                .toList();
    }

    /** The base where it was run, else the group's first variant that was. */
    private static String against(StudySummary study, Measure measure, PlanGroup group) {
        if (measure.has(Variant.BASE)) {
            return Variant.BASE;
        }
        return group.members().stream()
                .map(GroupMember::variant)
                .filter(measure::has)
                .findFirst()
                .orElse(study.variants().get(0).name());
    }

    private static String first(PlanGroup group) {
        return group.members().isEmpty() ? "" : group.members().get(0).variant();
    }

    /** The variant of the plan that a group knows by this name. */
    private static String variant(StudySummary study, String name) {
        if (study.variants().stream().map(VariantSummary::name).anyMatch(name::equals)) {
            return name;
        }
        return study.groups().stream()
                .flatMap(group -> group.members().stream())
                .filter(member -> member.name().equals(name))
                .map(GroupMember::variant)
                .findFirst()
                .orElse(name);
    }
}
