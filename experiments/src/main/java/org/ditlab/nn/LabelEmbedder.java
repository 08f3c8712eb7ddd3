package org.ditlab.nn;

import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;

/**
 * Class labels to vectors: a table with one row per class, and one more for the null class when labels are dropped in
 * training. Shapes: y (N) to (N, D). Source: DiT, section 3.2.
 */
public final class LabelEmbedder extends Module {
    private final Parameter table;

    public LabelEmbedder(int classes, int width, boolean nullClass) {
        table = parameter(
                "embedding_table.weight", Shape.of(classes + (nullClass ? 1 : 0), width), Initializer.normal(0.02));
    }

    public Tensor forward(Tensor y) {
        return within(table.value(), () -> table.value().embedding(y)); // (N, D)
    }
}
