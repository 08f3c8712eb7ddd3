/**
 * What the planner must know of rooms above it: {@link org.ditlab.study.spi.Catalog} (their knobs and data sets) and
 * {@link org.ditlab.study.spi.Cached} (what is done already). The runner implements both.
 */
@NullMarked
package org.ditlab.study.spi;

import org.jspecify.annotations.NullMarked;
