/**
 * The seam between model code and what computes it: {@link org.ditlab.tensor.spi.Backend} and its provider. No
 * implementation lives here.
 */
@NullMarked
package org.ditlab.tensor.spi;

import org.jspecify.annotations.NullMarked;
