/**
 * The seam between model code and what computes it: {@link org.ditlab.tensor.spi.Backend} and its provider. No backend
 * lives here; of {@link org.ditlab.tensor.spi.LinearAlgebra} the plain-Java form, which every backend inherits.
 */
@NullMarked
package org.ditlab.tensor.spi;

import org.jspecify.annotations.NullMarked;
