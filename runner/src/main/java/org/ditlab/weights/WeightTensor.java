package org.ditlab.weights;

import org.ditlab.data.ElementType;
import org.ditlab.tensor.Shape;

/**
 * A tensor of a weight file, without its values.
 *
 * @param type as it is stored
 */
public record WeightTensor(ElementType type, Shape shape) {}
