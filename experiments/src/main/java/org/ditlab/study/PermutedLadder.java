package org.ditlab.study;

import java.util.List;

/**
 * Ladders of the same rungs in several orders, so that what a rung is worth can be told whatever came before it. Variants that
 * orders share run once.
 *
 * @param changes the rungs; empty for the ladder's
 * @param orders how many orders are drawn; all of them where there are no more, or where this is {@link #ALL}
 * @param seed of the draw
 */
public record PermutedLadder(List<Change> changes, int orders, long seed, Terms terms)
        implements FromChanges<PermutedLadder> {
    public static final String WORD = "permuted-ladder";
    /** Every order. */
    public static final int ALL = 0;
    /** Orders where nothing is said. */
    public static final int USUAL = 20;
    /** Most orders of one permuted ladder: all of seven rungs. */
    public static final int MOST = 5040;
    /** Most rungs that can be permuted. */
    public static final int MOST_RUNGS = 16;

    public PermutedLadder {
        changes = List.copyOf(changes);
    }

    /** Some orders of these rungs, or of the ladder's. */
    public static PermutedLadder of(int orders, long seed, Change... changes) {
        return new PermutedLadder(List.of(changes), orders, seed, Terms.NONE);
    }

    @Override
    public PermutedLadder under(Terms other) {
        return new PermutedLadder(changes, orders, seed, other);
    }

    @Override
    public boolean plain() {
        return orders == USUAL && seed == 0 && terms.equals(Terms.NONE);
    }

    @Override
    public String word() {
        return WORD;
    }
}
