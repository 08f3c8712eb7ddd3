/**
 * Shapes, costs and the operation graph without numbers: {@link org.ditlab.tensor.trace.TracingBackend} records a
 * {@link org.ditlab.tensor.trace.Trace}. Shape rules live in {@link org.ditlab.tensor.Shapes}.
 */
@NullMarked
package org.ditlab.tensor.trace;

import org.jspecify.annotations.NullMarked;
