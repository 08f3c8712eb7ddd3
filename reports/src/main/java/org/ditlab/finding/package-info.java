/**
 * What a study's numbers say: paired tests along a ladder, attribution, scaling, importance of knobs. Each finding reads a
 * {@link org.ditlab.summary.StudySummary}, computes with {@link org.ditlab.statistics}, and is told in sentences and tables,
 * {@link org.ditlab.finding.Finding}. Not here: the arithmetic itself, and how a page shows it.
 */
@NullMarked
package org.ditlab.finding;

import org.jspecify.annotations.NullMarked;
