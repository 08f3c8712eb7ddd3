package org.ditlab.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ditlab.study.GroupMember;
import org.ditlab.study.GroupOrder;
import org.ditlab.study.PlanGroup;
import org.jspecify.annotations.Nullable;

/** Reads the groups of {@code plan.json}, as {@link PlanGroup#tree} wrote them; what is malformed there is left out. */
final class StudyGroups {
    private StudyGroups() {}

    /** The groups of a plan; none where it has none. */
    static List<PlanGroup> of(Map<String, Object> plan) {
        return maps(plan.get("groups")).map(StudyGroups::group).toList();
    }

    private static PlanGroup group(Map<?, ?> tree) {
        List<GroupMember> members =
                maps(tree.get("members")).map(StudyGroups::member).toList();
        List<GroupOrder> orders = new ArrayList<>();
        maps(tree.get("orders")).forEach(order -> {
            List<Integer> places = list(order.get("members")).stream()
                    .map(place -> place instanceof Number number ? number.intValue() : -1)
                    .toList();
            List<String> changes = texts(order.get("changes"));
            boolean known = places.stream().allMatch(place -> place >= 0 && place < members.size());
            if (known && places.size() == changes.size() + 1) {
                orders.add(new GroupOrder(changes, places));
            }
        });
        return new PlanGroup(
                text(tree.get("kind"), ""), text(tree.get("label"), ""), members, orders, texts(tree.get("left_out")));
    }

    private static GroupMember member(Map<?, ?> tree) {
        String variant = text(tree.get("variant"), "");
        Map<String, Object> coordinates = new LinkedHashMap<>();
        if (tree.get("coordinates") instanceof Map<?, ?> map) {
            map.forEach((axis, value) -> coordinates.put(String.valueOf(axis), value));
        }
        return new GroupMember(
                variant,
                text(tree.get("name"), variant),
                texts(tree.get("changes")),
                texts(tree.get("adds")),
                texts(tree.get("leaves_out")),
                coordinates);
    }

    private static Stream<Map<?, ?>> maps(@Nullable Object value) {
        return list(value).stream().<Map<?, ?>>mapMulti((item, found) -> {
            if (item instanceof Map<?, ?> map) {
                found.accept(map);
            }
        });
    }

    private static List<String> texts(@Nullable Object value) {
        return list(value).stream().map(String::valueOf).toList();
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private static String text(@Nullable Object value, String otherwise) {
        return value instanceof String text ? text : otherwise;
    }
}
