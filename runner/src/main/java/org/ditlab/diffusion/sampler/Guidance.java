package org.ditlab.diffusion.sampler;

import java.util.List;
import org.ditlab.model.Denoiser;
import org.ditlab.tensor.Tensor;

/**
 * Classifier-free guidance: {@code unconditional + scale (conditional - unconditional)} on the predicted noise, all
 * channels; variance coefficients are the conditional ones. Both halves run as one batch. Source: Ho & Salimans,
 * arXiv:2207.12598, equation 6.
 */
public final class Guidance {
    private Guidance() {}

    /**
     * The model with labels, and guidance unless the scale is 1.
     *
     * @param labels (N), INT64
     * @param nulls (N), INT64, the null class; not read when the scale is 1
     */
    public static ModelFunction of(Denoiser model, Tensor labels, Tensor nulls, double scale) {
        if (scale == 1) {
            return (x, t) -> model.forward(x, t, labels);
        }
        Tensor both = Tensor.concat(0, List.of(labels, nulls));
        return (x, t) -> {
            int n = x.dim(0);
            int channels = x.dim(1);
            Tensor output = model.forward(
                    Tensor.concat(0, List.of(x, x)), Tensor.concat(0, List.of(t, t)), both); // (2N, C or 2C, H, W)
            Tensor conditional = output.slice(0, 0, n).slice(1, 0, channels);
            Tensor unconditional = output.slice(0, n, 2 * n).slice(1, 0, channels);
            Tensor guided = unconditional.add(conditional.sub(unconditional).mul(scale)); // (N, C, H, W)
            return model.learnsSigma()
                    ? Tensor.concat(1, List.of(guided, output.slice(0, 0, n).slice(1, channels, 2 * channels)))
                    : guided;
        };
    }
}
