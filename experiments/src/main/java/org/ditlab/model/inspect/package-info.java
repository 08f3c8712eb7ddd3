/**
 * Looking into a model without running it: its layers, its blocks, how two models differ, and its drawing. All of it is
 * read off one traced forward pass at batch 1 ({@link org.ditlab.model.inspect.ModelStructure}). What a whole model costs
 * is {@link org.ditlab.model.ModelCost}.
 */
@NullMarked
package org.ditlab.model.inspect;

import org.jspecify.annotations.NullMarked;
