/**
 * Regression from knobs to a metric by Tribuo: {@link org.ditlab.statistics.surrogate.Surrogate} cross-validates a linear
 * model and a forest of regression trees over a {@link org.ditlab.statistics.surrogate.Design}, ranks its factors, and names
 * the combinations to try next. Every random number comes from a fixed seed. Not here: what a knob is, and what is written of it.
 */
@NullMarked
package org.ditlab.statistics.surrogate;

import org.jspecify.annotations.NullMarked;
