package org.ditlab.store.index;

import java.util.List;

/**
 * What bringing an index up to date took.
 *
 * @param trials trials that were new, changed or gone
 * @param stages stages that were new, changed or gone
 * @param rows lines of metric logs that were read
 * @param values logged values among them
 * @param warnings what could not be read, now or earlier: place and problem; the first {@link #WARNINGS}
 */
public record Refreshed(int trials, int stages, long rows, long values, List<String> warnings) {
    static final int WARNINGS = 20;

    /** Whether anything differed from the last time. */
    public boolean changed() {
        return trials > 0 || stages > 0;
    }
}
