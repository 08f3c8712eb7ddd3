package org.ditlab.study;

import java.util.List;

/**
 * One ladder of a permuted one.
 *
 * @param changes the rungs' names, the lowest first
 * @param members indices of the group's members: the base, then what each rung leads to
 */
public record GroupOrder(List<String> changes, List<Integer> members) {
    public GroupOrder {
        changes = List.copyOf(changes);
        members = List.copyOf(members);
    }
}
