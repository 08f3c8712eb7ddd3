package org.ditlab.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The kinds of a study in the layout of the YAML form: a section each, as long as they come in the order of {@link
 * PlanKind#WORDS}; what comes after, and what takes the ladder's rungs, stands under {@code also}.
 */
final class PlanTree {
    /** The key of what has no section of its own. */
    static final String ALSO = "also";

    private PlanTree() {}

    static Map<String, Object> of(List<PlanKind> plans) {
        Map<String, Object> tree = new LinkedHashMap<>();
        List<Object> also = new ArrayList<>();
        int last = -1;
        for (PlanKind plan : plans) {
            int word = PlanKind.WORDS.indexOf(plan.word());
            boolean ofLadder =
                    plan instanceof FromChanges<?> kind && kind.changes().isEmpty();
            if (also.isEmpty() && word > last && !ofLadder) {
                tree.put(plan.word(), section(plan));
                last = word;
            } else {
                boolean plain = ofLadder && ((FromChanges<?>) plan).plain();
                also.add(plain ? plan.word() : Map.of(plan.word(), section(plan)));
            }
        }
        if (!also.isEmpty()) {
            tree.put(ALSO, also);
        }
        return tree;
    }

    private static Object section(PlanKind plan) {
        if (plan instanceof Ladder ladder) {
            return steps(ladder.steps());
        }
        if (plan instanceof Controls controls) {
            return steps(controls.controls());
        }
        if (plan instanceof FromChanges<?> combined) {
            return combined.plain() && !combined.changes().isEmpty() ? rows(combined.changes()) : combined(combined);
        }
        return plan instanceof FromAxes<?> axes ? axes(axes) : rows(plan.changes());
    }

    private static Map<String, Object> combined(FromChanges<?> plan) {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (!plan.changes().isEmpty()) {
            tree.put("changes", rows(plan.changes()));
        }
        if (plan instanceof LeaveOneOut leaving && !leaving.full().isEmpty()) {
            tree.put("full", leaving.full());
        }
        if (plan instanceof PermutedLadder permuted) {
            tree.put("orders", permuted.orders() == PermutedLadder.ALL ? "all" : (Object) (long) permuted.orders());
            tree.put("seed", permuted.seed());
        }
        terms(tree, plan.terms());
        return tree;
    }

    private static Map<String, Object> axes(FromAxes<?> plan) {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (plan instanceof RandomPlan random) {
            tree.put("draws", (long) random.draws());
            tree.put("seed", random.seed());
        }
        plan.axes().forEach(axis -> tree.put(axis.label(), axis.raw()));
        List<String> order = plan.axes().stream().map(Axis::label).toList();
        // Keys of canonical JSON are sorted, so that another order has to be said.
        if (!order.equals(order.stream().sorted().toList())) {
            tree.put("order", order);
        }
        terms(tree, plan.terms());
        return tree;
    }

    private static void terms(Map<String, Object> tree, Terms terms) {
        if (!terms.names().isEmpty()) {
            tree.put("name", terms.names());
        }
        if (!terms.label().isEmpty()) {
            tree.put("label", terms.label());
        }
        if (terms.match() != null) {
            tree.put("match", terms.match().raw());
        }
        if (!terms.exclude().isEmpty()) {
            tree.put("exclude", terms.exclude().stream().map(Exclusion::raw).toList());
        }
    }

    private static List<Object> steps(List<? extends Step> steps) {
        List<Object> rows = new ArrayList<>();
        for (Step step : steps) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put(step instanceof Control ? "control" : "name", step.name());
            if (step instanceof Control branch) {
                row.put("of", branch.of());
            }
            rows.add(change(row, step.change()));
        }
        return rows;
    }

    private static List<Object> rows(List<Change> changes) {
        List<Object> rows = new ArrayList<>();
        for (Change change : changes) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", change.name());
            rows.add(change(row, change));
        }
        return rows;
    }

    private static Map<String, Object> change(Map<String, Object> row, Change change) {
        row.put("change", change.settings().raw());
        if (change.match() != null) {
            row.put("match", change.match().raw());
        }
        if (!change.dependents().isEmpty()) {
            row.put("with", change.dependents());
        }
        return row;
    }
}
