package org.ditlab.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one plan kind of a study came to.
 *
 * @param kind the kind's word: {@code ladder}, {@code leave-one-out}, {@code grid} ...
 * @param label what a person reads over the group
 * @param members in the kind's own order; a variant of the plan may stand in several groups, and more than once in one
 * @param orders of a permuted ladder: its ladders
 * @param leftOut what was left out and why, a sentence each
 */
public record PlanGroup(
        String kind, String label, List<GroupMember> members, List<GroupOrder> orders, List<String> leftOut) {
    public PlanGroup {
        members = List.copyOf(members);
        orders = List.copyOf(orders);
        leftOut = List.copyOf(leftOut);
    }

    /** Maps, lists and raw values, for {@code plan.json}. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("kind", kind);
        tree.put("label", label);
        List<Object> rows = new ArrayList<>();
        members.forEach(member -> rows.add(member.tree()));
        tree.put("members", rows);
        if (!orders.isEmpty()) {
            List<Object> ladders = new ArrayList<>();
            orders.forEach(order -> ladders.add(Map.of("changes", order.changes(), "members", order.members())));
            tree.put("orders", ladders);
        }
        if (!leftOut.isEmpty()) {
            tree.put("left_out", leftOut);
        }
        return tree;
    }
}
