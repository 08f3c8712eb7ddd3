/**
 * The one source of randomness: {@link org.ditlab.tensor.random.Streams}. Counter-based, in Java, so that all backends
 * draw the same numbers and a number belongs to what it is for, not to when it was drawn.
 */
@NullMarked
package org.ditlab.tensor.random;

import org.jspecify.annotations.NullMarked;
