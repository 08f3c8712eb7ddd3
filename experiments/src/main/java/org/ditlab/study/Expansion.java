package org.ditlab.study;

import java.util.List;
import java.util.Map;

/**
 * What the kinds of a study expand to before anything is solved or counted.
 *
 * @param variants in the order of tables, each name once; equal settings may stand under several names
 * @param steps what lies below a variant and is no row itself: the changes up to one whose match has to be solved
 * @param groups one per kind, in the order of the kinds
 * @param places where each variant was written, as {@link SpecProblem#place}
 * @param problems what is wrong with the expansion
 * @param warnings what is allowed but probably not meant
 */
public record Expansion(
        List<Variant> variants,
        List<Variant> steps,
        List<PlanGroup> groups,
        Map<String, String> places,
        List<SpecProblem> problems,
        List<SpecProblem> warnings) {
    /** Most variants of a study. */
    public static final int MOST = 100_000;

    public Expansion {
        variants = List.copyOf(variants);
        steps = List.copyOf(steps);
        groups = List.copyOf(groups);
        places = Map.copyOf(places);
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    /** Where a kind stands in a problem's place: {@code grid}, and {@code grid-2} for the second grid. */
    public static String place(List<PlanKind> plans, int index) {
        String word = plans.get(index).word();
        long before = plans.subList(0, index).stream()
                .filter(plan -> plan.word().equals(word))
                .count();
        return before == 0 ? word : word + "-" + (before + 1);
    }
}
