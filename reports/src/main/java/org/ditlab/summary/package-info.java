/**
 * What a report says of a study before it is a table or a chart. Entry point: {@link org.ditlab.summary.StudySummary},
 * read through {@code org.ditlab.store}; how a study directory is laid out is known there, not here.
 */
@NullMarked
package org.ditlab.summary;

import org.jspecify.annotations.NullMarked;
