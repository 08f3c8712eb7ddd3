/**
 * The comparison table of a study: {@link org.ditlab.table.ComparisonTable} holds one Tablesaw table as the model and the
 * columns a person reads; one writer per format. Numbers are computed in {@code summary} and {@code statistics}, not here.
 */
@NullMarked
package org.ditlab.table;

import org.jspecify.annotations.NullMarked;
