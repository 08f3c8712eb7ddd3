package org.ditlab.cli;

import java.io.IOException;
import java.util.List;
import org.ditlab.store.index.RowReader;
import org.jspecify.annotations.Nullable;

/** Writes the rows of a query as they come. */
interface RowWriter extends RowReader {
    @Override
    void columns(List<String> names) throws IOException;

    /** After the last row. */
    void end() throws IOException;

    /** Text of a value; numbers that are whole without a fraction, others with all digits they need. */
    static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
