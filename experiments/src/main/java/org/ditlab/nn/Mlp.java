package org.ditlab.nn;

import org.ditlab.tensor.Composites;
import org.ditlab.tensor.Tensor;

/**
 * The feed-forward part of a block: linear, GELU (tanh approximation), linear.
 *
 * <p>Shapes: (N, T, D) to (N, T, D). Cost: 2 T D hidden multiply-accumulates.
 */
public final class Mlp extends Module {
    private final Linear fc1;
    private final Linear fc2;

    public Mlp(int width, int hidden) {
        fc1 = child("fc1", new Linear(width, hidden));
        fc2 = child("fc2", new Linear(hidden, width));
    }

    public Tensor forward(Tensor x) {
        return within(x, () -> fc2.forward(Composites.geluTanh(fc1.forward(x))));
    }
}
