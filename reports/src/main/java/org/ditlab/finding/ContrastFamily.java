package org.ditlab.finding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    /** The families of each study's plan; of one whose plan does not say its groups, every variant against the first. */
    static List<ContrastFamily> of(StudySummary study, Measure measure) {
        Map<String, Integer> known = new HashMap<>();
        List<ContrastFamily> families = new ArrayList<>();
        Set<Contrast> seen = new HashSet<>();
        for (StudySummary part : study.studies()) {
            of(study, part, measure, families, known, seen);
        }
        return List.copyOf(families);
    }

    /** Adds those of one of the studies: names are resolved in its plan, and said as the report calls the variants. */
    private static void of(
            StudySummary study,
            StudySummary part,
            Measure measure,
            List<ContrastFamily> families,
            Map<String, Integer> known,
            Set<Contrast> seen) {
        Map<String, String> parents = part.controls();
        String whose = study.parts().isEmpty() ? "" : " (" + part.name() + ")";
        List<Contrast> controls = new ArrayList<>();
        List<PlanGroup> groups = study.groups().stream()
                .filter(group -> study.studyOf(group) == part)
                .toList();
        for (PlanGroup group : groups) {
            List<Contrast> contrasts = new ArrayList<>();
            String title = "";
            switch (group.kind()) {
                case Ladder.WORD -> {
                    title = "each rung against the one below it";
                    contrasts.addAll(rungs(group, parents));
                }
                case ListPlan.WORD, ZipPlan.WORD -> {
                    String other = against(study, part, measure, group);
                    title = "each variant against " + other;
                    contrasts.addAll(against(group, other));
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
                    controls.add(new Contrast(member.name(), member.variant(), variant(study, part, groups, parent)));
                }
            }
            add(families, known, group.kind(), title + whose, contrasts, measure, seen);
        }
        add(families, known, "controls", "each control against what it starts from" + whose, controls, measure, seen);
        if (groups.isEmpty()) {
            List<String> names = part.variants().stream()
                    .flatMap(variant -> study.here(variant).stream())
                    .map(VariantSummary::name)
                    .filter(measure::has)
                    .toList();
            if (!names.isEmpty()) {
                String first = names.get(0);
                List<Contrast> all = names.stream()
                        .skip(1)
                        .map(name -> new Contrast(name, name, first))
                        .toList();
                add(families, known, "variants", "each variant against " + first + whose, all, measure, seen);
            }
        }
    }

    /** A ladder's members without its controls: the base first, then the rungs. */
    static List<GroupMember> ladder(PlanGroup group, StudySummary study) {
        Map<String, String> parents = study.studyOf(group).controls();
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

    /** The study's base where it was run, else the group's first variant that was. */
    private static String against(StudySummary study, StudySummary part, Measure measure, PlanGroup group) {
        return named(study, part, Variant.BASE)
                .filter(measure::has)
                .or(() -> group.members().stream()
                        .map(GroupMember::variant)
                        .filter(measure::has)
                        .findFirst())
                .orElse(study.variants().get(0).name());
    }

    /** What a variant of one of the studies is called in the report; empty where the study has none of that name. */
    private static Optional<String> named(StudySummary study, StudySummary part, String name) {
        return part.variants().stream()
                .filter(variant -> variant.name().equals(name))
                .findFirst()
                .flatMap(study::here)
                .map(VariantSummary::name);
    }

    private static String first(PlanGroup group) {
        return group.members().isEmpty() ? "" : group.members().get(0).variant();
    }

    /** The variant of a study's plan that it or one of its groups knows by this name. */
    private static String variant(StudySummary study, StudySummary part, List<PlanGroup> groups, String name) {
        return named(study, part, name)
                .or(() -> groups.stream()
                        .flatMap(group -> group.members().stream())
                        .filter(member -> member.name().equals(name))
                        .map(GroupMember::variant)
                        .findFirst())
                .orElse(name);
    }
}
