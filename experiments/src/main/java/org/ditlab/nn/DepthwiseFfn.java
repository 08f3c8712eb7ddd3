package org.ditlab.nn;

import org.ditlab.tensor.Composites;
import org.ditlab.tensor.Tensor;

/**
 * Linear, GELU (exact), depthwise 5 x 5 convolution, linear; the inference form of {@link ReparamFfn}.
 *
 * <p>Shapes: (N, T, C) to (N, T, C). Cost: 2 T C hidden + 25 T hidden multiply-accumulates. Source: U-DiT,
 * arXiv:2405.02730, section 3.4.
 */
public final class DepthwiseFfn extends FeedForward {
    /** Side of the depthwise kernel. */
    static final int KERNEL = 5;

    private final Linear in;
    private final Conv2d depthwise;
    private final Linear out;
    private final Grid grid;

    public DepthwiseFfn(int width, int hidden, Grid grid) {
        this.grid = grid;
        in = child("project_in", Linear.pointwise(width, hidden));
        depthwise = child("dwconv", Conv2d.depthwise(hidden, KERNEL));
        out = child("project_out", Linear.pointwise(hidden, width));
    }

    @Override
    public Tensor forward(Tensor x) {
        return within(x, () -> {
            Tensor h = grid.image(Composites.geluErf(in.forward(x))); // (N, hidden, H, W)
            return out.forward(grid.tokens(depthwise.forward(h))); // (N, T, C)
        });
    }

    Linear in() {
        return in;
    }

    Conv2d depthwise() {
        return depthwise;
    }

    Linear out() {
        return out;
    }
}
