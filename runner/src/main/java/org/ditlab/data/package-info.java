/**
 * Data sets: {@link org.ditlab.data.DataSets} opens what the {@code data.*} knobs name (built-in shapes, image folder or
 * zip, latents). Images are bytes 0..255, channels first, which training sees in [-1, 1]; latents are floats.
 */
@NullMarked
package org.ditlab.data;

import org.jspecify.annotations.NullMarked;
