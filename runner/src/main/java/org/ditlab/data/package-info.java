/**
 * Data sets: {@link org.ditlab.data.DataSets} opens what the {@code data.*} knobs name (built-in shapes, image folder or
 * zip). Images are bytes 0..255, channels first; scaling to [-1, 1] is the trainer's.
 */
@NullMarked
package org.ditlab.data;

import org.jspecify.annotations.NullMarked;
