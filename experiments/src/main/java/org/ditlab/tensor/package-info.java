/**
 * Tensors as words: {@link org.ditlab.tensor.Tensor} and what is composed of primitives
 * ({@link org.ditlab.tensor.Composites}). What computes lives in backends behind {@link org.ditlab.tensor.spi}.
 */
@NullMarked
package org.ditlab.tensor;

import org.jspecify.annotations.NullMarked;
