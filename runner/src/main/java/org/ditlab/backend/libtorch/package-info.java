/** The production backend: libtorch through the bytedeco presets. The only package that touches native code. */
@NullMarked
package org.ditlab.backend.libtorch;

import org.jspecify.annotations.NullMarked;
