/**
 * A Jupyter kernel for Java with IJava's surface: {@link org.ditlab.kernel.KernelMain} is what Jupyter starts, {@link
 * org.ditlab.kernel.JavaSession} takes cells to values by JShell, {@link org.ditlab.kernel.Display} is what cells call. Nothing
 * here knows of studies' values: what they look like is decided in {@code notebook}.
 */
@NullMarked
package org.ditlab.kernel;

import org.jspecify.annotations.NullMarked;
