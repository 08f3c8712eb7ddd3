package org.ditlab.study;

import java.util.List;

/**
 * All changes on the base, and for each change all but that one: what is lost without it.
 *
 * @param changes in the order in which they are laid over each other; empty for the ladder's rungs
 * @param full the name of the variant with all changes, or empty for {@value #FULL}
 */
public record LeaveOneOut(List<Change> changes, String full, Terms terms) implements FromChanges<LeaveOneOut> {
    public static final String WORD = "leave-one-out";
    /** What the variant with all changes is called where nothing else is said. */
    public static final String FULL = "all changes";

    public LeaveOneOut {
        changes = List.copyOf(changes);
    }

    /** Of these changes, or of the ladder's rungs. */
    public static LeaveOneOut of(Change... changes) {
        return new LeaveOneOut(List.of(changes), "", Terms.NONE);
    }

    /** Names the variant with all changes. */
    public LeaveOneOut full(String name) {
        return new LeaveOneOut(changes, name, terms);
    }

    @Override
    public LeaveOneOut under(Terms other) {
        return new LeaveOneOut(changes, full, other);
    }

    @Override
    public boolean plain() {
        return full.isEmpty() && terms.equals(Terms.NONE);
    }

    @Override
    public String word() {
        return WORD;
    }
}
