package org.ditlab.store.index;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the rows of a query one after the other, however many there are. */
public interface RowReader {
    /** Called before the first row. */
    default void columns(List<String> names) throws IOException {}

    /**
     * Whether all rows so far can be forgotten and read again, {@link #columns} first: asked when the index turns out to be
     * damaged halfway, and has been made anew.
     */
    default boolean again() {
        return false;
    }

    /**
     * One row.
     *
     * @return whether to go on
     */
    boolean row(List<@Nullable Object> values) throws IOException;
}
