package org.ditlab.nn;

import org.ditlab.tensor.Composites;
import org.ditlab.tensor.Tensor;

/**
 * Linear, GELU (tanh approximation), linear.
 *
 * <p>Shapes: (N, T, D) to (N, T, D). Cost: 2 T D hidden multiply-accumulates. Source: DiT, section 3.2.
 */
public final class Mlp extends FeedForward {
    private final Linear fc1;
    private final Linear fc2;

    public Mlp(int width, int hidden, Lineage lineage) {
        fc1 = child("fc1", lineage.pointwise(width, hidden));
        fc2 = child("fc2", lineage.pointwise(hidden, width));
    }

    @Override
    public Tensor forward(Tensor x) {
        return within(x, () -> fc2.forward(Composites.geluTanh(fc1.forward(x))));
    }
}
