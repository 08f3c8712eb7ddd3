/**
 * What a report says of a study before it is a table or a chart. Entry point: {@link org.ditlab.summary.StudySummary};
 * {@link org.ditlab.summary.StudyReader} is the only class of this module that knows how a study directory is laid out.
 */
@NullMarked
package org.ditlab.summary;

import org.jspecify.annotations.NullMarked;
