package org.ditlab.store.index;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the rows of a query one after the other, however many there are. */
public interface RowReader {
    /** Called once, before the first row. */
    default void columns(List<String> names) throws IOException {}

    /**
     * One row.
     *
     * @return whether to go on
     */
    boolean row(List<@Nullable Object> values) throws IOException;
}
