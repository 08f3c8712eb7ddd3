/**
 * What may honestly be said of a few seeds: {@link org.ditlab.statistics.Estimate} (mean with interval) and
 * {@link org.ditlab.statistics.ParetoFront}. Nothing here knows of trials or files.
 */
@NullMarked
package org.ditlab.statistics;

import org.jspecify.annotations.NullMarked;
