/**
 * Whole models, one file each, and {@link org.ditlab.model.ModelZoo}: the names people say. What they are built of lives
 * in {@code org.ditlab.nn}.
 */
@NullMarked
package org.ditlab.model;

import org.jspecify.annotations.NullMarked;
