package org.ditlab.diffusion.sampler;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.model.Denoiser;
import org.ditlab.tensor.Tensor;

/**
 * Classifier-free guidance: {@code unconditional + scale (conditional - unconditional)} on the prediction; other channels
 * and variance coefficients are the conditional ones. Both halves run as one batch. Source: Ho & Salimans,
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
    public static ModelFunction of(
            Denoiser model, Tensor labels, Tensor nulls, double scale, GuidanceChannels channels) {
        if (scale == 1) {
            return (x, t) -> model.forward(x, t, labels);
        }
        Tensor both = Tensor.concat(0, List.of(labels, nulls));
        int guided = channels.of(model.channels());
        return (x, t) -> {
            int n = x.dim(0);
            Tensor output = model.forward(
                    Tensor.concat(0, List.of(x, x)), Tensor.concat(0, List.of(t, t)), both); // (2N, C or 2C, H, W)
            Tensor conditional = output.slice(0, 0, n);
            Tensor moved = conditional.slice(1, 0, guided);
            Tensor unconditional = output.slice(0, n, 2 * n).slice(1, 0, guided);
            List<Tensor> parts = new ArrayList<>();
            parts.add(unconditional.add(moved.sub(unconditional).mul(scale)));
            if (guided < output.dim(1)) {
                parts.add(conditional.slice(1, guided, output.dim(1)));
            }
            return parts.size() == 1 ? parts.get(0) : Tensor.concat(1, parts); // (N, C or 2C, H, W)
        };
    }
}
