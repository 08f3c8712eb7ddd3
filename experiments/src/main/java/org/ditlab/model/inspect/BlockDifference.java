package org.ditlab.model.inspect;

import java.util.List;

/**
 * A block, or equal blocks in a row, in which two models differ.
 *
 * @param change what happened to it on the way from the first model to the second
 * @param path in the second model, or in the first when it is removed; {@code (own)} for what belongs to no block
 * @param count equal differences in a row
 * @param delta what the second model takes more, in all of them together
 * @param details what changed within one of them, in words; empty when it is added or removed
 */
public record BlockDifference(Change change, String path, int count, Measure delta, List<String> details) {
    /** What happened to a block. */
    public enum Change {
        ADDED,
        REMOVED,
        CHANGED
    }

    public BlockDifference {
        details = List.copyOf(details);
    }
}
