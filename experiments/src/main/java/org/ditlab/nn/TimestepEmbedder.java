package org.ditlab.nn;

import org.ditlab.tensor.Composites;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Product;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;

/**
 * Timesteps to vectors: sinusoids of 256 channels, cosines first, then an MLP. {@code freq_i = 10000^(-i / 128)}.
 *
 * <p>Shapes: t (N) to (N, D). Source: DiT, section 3.2; Vaswani et al. 2017 for the sinusoids.
 */
public final class TimestepEmbedder extends Module {
    private static final int FREQUENCIES = 128;
    private static final double MAX_PERIOD = 10_000;

    private final Linear in;
    private final Linear out;

    public TimestepEmbedder(int width) {
        in = child("mlp.0", new Linear(2 * FREQUENCIES, width, Initializer.normal(0.02)));
        out = child("mlp.2", new Linear(width, width, Initializer.normal(0.02)));
    }

    public Tensor forward(Tensor t) {
        return within(t, () -> {
            Tensor h = in.forward(sinusoids(t, 2 * FREQUENCIES)); // (N, D)
            return out.forward(Composites.silu(h)); // (N, D)
        });
    }

    /** (N) to (N, channels): cosines, sines, and one zero when channels is odd. */
    public static Tensor sinusoids(Tensor t, int channels) {
        int half = channels / 2;
        float[] frequencies = new float[half];
        for (int i = 0; i < half; i++) {
            frequencies[i] = (float) Math.exp((float) (-Math.log(MAX_PERIOD) * i / half));
        }
        int n = t.dim(0);
        Tensor row = t.backend().tensor(frequencies, Shape.of(1, half), DType.FLOAT32);
        Tensor angles = t.reshape(n, 1).mul(row); // (N, half)
        t.backend().count(Product.TIMESTEP, half + angles.shape().elements());
        Tensor both = Tensor.concat(1, java.util.List.of(angles.cos(), angles.sin())); // (N, 2 half)
        if (channels % 2 == 0) {
            return both;
        }
        Tensor zero = t.backend().full(0, Shape.of(n, 1), DType.FLOAT32);
        return Tensor.concat(1, java.util.List.of(both, zero));
    }
}
