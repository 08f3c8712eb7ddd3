package org.ditlab.store.index;

import java.util.List;

/**
 * A table or view of the index that queries may rely on.
 *
 * @param about one line
 */
public record IndexTable(String name, String about, List<IndexColumn> columns) {}
