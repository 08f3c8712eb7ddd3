package org.ditlab.study;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What holds of every variant of a kind.
 *
 * @param match the cost that each has to meet, solved after its changes, or null
 * @param exclude which variants are left out
 * @param label heads the group, or empty
 * @param names pattern of the variants' names, or empty for automatic ones; only where there are axes
 */
public record Terms(@Nullable Match match, List<Exclusion> exclude, String label, String names) {
    public static final Terms NONE = new Terms(null, List.of(), "", "");

    public Terms {
        exclude = List.copyOf(exclude);
    }

    /** Whether variants that cannot be built are left out. */
    public boolean excludesInvalid() {
        return exclude.contains(new Exclusion.Invalid());
    }
}
