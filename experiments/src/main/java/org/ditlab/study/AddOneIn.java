package org.ditlab.study;

import java.util.List;

/**
 * The base, and the base with each single change: what each brings alone.
 *
 * @param changes in the order of the rows; empty for the ladder's rungs
 */
public record AddOneIn(List<Change> changes, Terms terms) implements FromChanges<AddOneIn> {
    public static final String WORD = "add-one-in";

    public AddOneIn {
        changes = List.copyOf(changes);
    }

    /** Of these changes, or of the ladder's rungs. */
    public static AddOneIn of(Change... changes) {
        return new AddOneIn(List.of(changes), Terms.NONE);
    }

    @Override
    public AddOneIn under(Terms other) {
        return new AddOneIn(changes, other);
    }

    @Override
    public boolean plain() {
        return terms.equals(Terms.NONE);
    }

    @Override
    public String word() {
        return WORD;
    }
}
