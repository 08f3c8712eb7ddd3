package org.ditlab.study;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A variant as one plan kind sees it.
 *
 * @param variant the name of the plan's variant, that of the first one with equal settings
 * @param name the name that the variant has in this group
 * @param changes the names of all changes that are in it, where the kind combines changes
 * @param adds the changes that make it differ from what it stands on: the rung, the change that is added in
 * @param leavesOut the changes that it lacks, in a leave-one-out
 * @param coordinates raw values, or names of changes, by axis, where the kind has axes
 */
public record GroupMember(
        String variant,
        String name,
        List<String> changes,
        List<String> adds,
        List<String> leavesOut,
        Map<String, Object> coordinates) {
    public GroupMember {
        changes = List.copyOf(changes);
        adds = List.copyOf(adds);
        leavesOut = List.copyOf(leavesOut);
    }

    /** The same member as another variant of the plan. */
    public GroupMember as(String planned) {
        return planned.equals(variant) ? this : new GroupMember(planned, name, changes, adds, leavesOut, coordinates);
    }

    /** Maps, lists and raw values; what is empty is left out. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("variant", variant);
        if (!name.equals(variant)) {
            tree.put("name", name);
        }
        put(tree, "changes", changes);
        put(tree, "adds", adds);
        put(tree, "leaves_out", leavesOut);
        if (!coordinates.isEmpty()) {
            tree.put("coordinates", coordinates);
        }
        return tree;
    }

    private static void put(Map<String, Object> tree, String key, List<String> names) {
        if (!names.isEmpty()) {
            tree.put(key, names);
        }
    }
}
