package org.ditlab.finding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.ditlab.study.GridPlan;
import org.ditlab.study.GroupMember;
import org.ditlab.study.GroupOrder;
import org.ditlab.study.PermutedLadder;
import org.ditlab.study.PlanGroup;
import org.ditlab.study.Variant;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;

/**
 * Changes that a study made in several combinations: a ladder in several orders, or a grid of two values per axis.
 *
 * @param label what a person calls the group
 * @param changes their names; a set of them is written as bits
 * @param sets the variant of each set that was planned; empty where a set's variant depends on the order
 * @param orders of a permuted ladder, which change comes first, second, ...
 * @param paths for each order the variants that it passes, the base first
 */
record ChangeSets(
        String label, List<String> changes, Map<Integer, String> sets, List<int[]> orders, List<List<String>> paths) {
    /** More changes than that are never there in all combinations. */
    private static final int MOST = 12;

    /** The changes of a group; empty where it is of another kind, or its axes have not two values each. */
    static Optional<ChangeSets> of(PlanGroup group, StudySummary study) {
        Optional<ChangeSets> found = switch (group.kind()) {
            case PermutedLadder.WORD -> permuted(group);
            case GridPlan.WORD -> grid(group, study);
            default -> Optional.empty();
        };
        return found.filter(one -> one.changes().size() >= 2 && one.changes().size() <= MOST);
    }

    /** Whether every set of the changes was planned. */
    boolean full() {
        return sets.size() == 1 << changes.size();
    }

    /** k!, all orders in which the changes could be made. */
    long possible() {
        long orders = 1;
        for (int i = 2; i <= changes.size(); i++) {
            orders *= i;
        }
        return orders;
    }

    private static Optional<ChangeSets> permuted(PlanGroup group) {
        if (group.orders().isEmpty()) {
            return Optional.empty();
        }
        List<String> changes = group.orders().get(0).changes().stream().sorted().toList();
        List<int[]> orders = new ArrayList<>();
        List<List<String>> paths = new ArrayList<>();
        Map<Integer, String> sets = new HashMap<>();
        boolean ordered = false;
        for (GroupOrder order : group.orders()) {
            if (!order.changes().stream().sorted().toList().equals(changes)) {
                return Optional.empty();
            }
            int[] places = order.changes().stream().mapToInt(changes::indexOf).toArray();
            List<String> path = order.members().stream()
                    .map(member -> group.members().get(member).variant())
                    .toList();
            orders.add(places);
            paths.add(path);
            int set = 0;
            for (int i = 0; i <= places.length; i++) {
                String known = sets.putIfAbsent(set, path.get(i));
                ordered |= known != null && !known.equals(path.get(i));
                set |= i < places.length ? 1 << places[i] : 0;
            }
        }
        return Optional.of(new ChangeSets(group.label(), changes, ordered ? Map.of() : sets, orders, paths));
    }

    private static Optional<ChangeSets> grid(PlanGroup group, StudySummary study) {
        if (group.members().isEmpty()) {
            return Optional.empty();
        }
        Map<String, Object> base = study.studyOf(group).variants().stream()
                .filter(variant -> variant.name().equals(Variant.BASE) || variant.untrained())
                .findFirst()
                .map(VariantSummary::settings)
                .orElse(Map.of());
        List<String> axes = new ArrayList<>();
        List<String> changes = new ArrayList<>();
        List<Object> starts = new ArrayList<>();
        for (String axis : group.members().get(0).coordinates().keySet()) {
            Set<Object> values = new LinkedHashSet<>();
            group.members().forEach(member -> values.add(member.coordinates().get(axis)));
            if (values.size() > 2) {
                return Optional.empty();
            }
            if (values.size() == 2) {
                List<Object> both = new ArrayList<>(values);
                int start = Objects.equals(String.valueOf(both.get(1)), String.valueOf(base.get(axis))) ? 1 : 0;
                axes.add(axis);
                starts.add(both.get(start));
                changes.add(axis + ": " + both.get(start) + " to " + both.get(1 - start));
            }
        }
        Map<Integer, String> sets = new HashMap<>();
        for (GroupMember member : group.members()) {
            int set = 0;
            for (int i = 0; i < axes.size(); i++) {
                boolean changed = !Objects.equals(member.coordinates().get(axes.get(i)), starts.get(i));
                set |= changed && i < MOST ? 1 << i : 0;
            }
            sets.put(set, member.variant());
        }
        return Optional.of(new ChangeSets(group.label(), changes, sets, List.of(), List.of()));
    }
}
