package org.ditlab.nn;

import org.ditlab.tensor.Composites;
import org.ditlab.tensor.Tensor;

/**
 * {@code W3 (SiLU(W1 x) * W2 x)} without biases. Its hidden width is 2/3 of an MLP's, so that both cost the same.
 *
 * <p>Shapes: (N, T, D) to (N, T, D). Cost: 3 T D hidden multiply-accumulates. Source: Shazeer, arXiv:2002.05202; for DiT:
 * Chu et al., VisionLLaMA, arXiv:2403.00522.
 */
public final class SwiGlu extends FeedForward {
    private final Linear gate;
    private final Linear in;
    private final Linear out;

    public SwiGlu(int width, int hidden) {
        gate = child("w1", Linear.unbiased(width, hidden));
        in = child("w2", Linear.unbiased(width, hidden));
        out = child("w3", Linear.unbiased(hidden, width));
    }

    /** {@code int(2/3 ratio width)}, rounded up to a multiple. */
    static int hidden(int width, double ratio, int multiple) {
        int even = (int) (2 * ratio * width / 3);
        return (even + multiple - 1) / multiple * multiple;
    }

    @Override
    public Tensor forward(Tensor x) {
        return within(x, () -> out.forward(Composites.silu(gate.forward(x)).mul(in.forward(x))));
    }
}
