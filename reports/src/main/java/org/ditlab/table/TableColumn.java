package org.ditlab.table;

import java.util.List;

/**
 * A column that a person reads.
 *
 * @param heading with its unit
 * @param meaning one sentence
 * @param numeric numbers stand to the right and sort by value
 * @param cells one per row
 */
public record TableColumn(String heading, String meaning, boolean numeric, List<Cell> cells) {}
