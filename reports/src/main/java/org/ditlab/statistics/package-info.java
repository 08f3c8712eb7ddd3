/**
 * What may honestly be said of a few seeds, as arithmetic on numbers: {@link org.ditlab.statistics.Estimate} (mean with
 * interval), {@link org.ditlab.statistics.PairedDifference} with three tests and {@link org.ditlab.statistics.Holm}'s
 * correction, {@link org.ditlab.statistics.ParetoFront}, {@link org.ditlab.statistics.ScalingFit} and {@link
 * org.ditlab.statistics.Shapley}. Nothing here knows of trials or files; {@code reports/docs/statistics.md} has the formulas.
 */
@NullMarked
package org.ditlab.statistics;

import org.jspecify.annotations.NullMarked;
