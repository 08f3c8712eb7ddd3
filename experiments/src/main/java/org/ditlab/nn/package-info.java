/**
 * The parts that models are built of: {@link org.ditlab.nn.Module}, its parameters and initialisers, and the blocks
 * (attention, FFN, norms, embedders, conditioning). Whole models live in {@code org.ditlab.model}.
 */
@NullMarked
package org.ditlab.nn;

import org.jspecify.annotations.NullMarked;
