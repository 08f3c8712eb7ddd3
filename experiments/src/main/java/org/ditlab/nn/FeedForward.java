package org.ditlab.nn;

import org.ditlab.tensor.Tensor;

/** The feed-forward part of a block: (N, T, C) to (N, T, C). */
public abstract class FeedForward extends Module {
    public abstract Tensor forward(Tensor x);

    /** The part that a form describes. */
    static FeedForward of(FeedForwardForm form, int width, Grid grid, Lineage lineage) {
        int hidden = form.hidden(width);
        return switch (form.kind()) {
            case MLP -> new Mlp(width, hidden, lineage);
            case DEPTHWISE_CONV ->
                form.reparam() ? new ReparamFfn(width, hidden, grid) : new DepthwiseFfn(width, hidden, grid);
            case SWIGLU -> new SwiGlu(width, hidden);
        };
    }
}
