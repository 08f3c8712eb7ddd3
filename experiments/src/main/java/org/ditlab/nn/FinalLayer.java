package org.ditlab.nn;

import java.util.List;
import org.ditlab.tensor.Composites;
import org.ditlab.tensor.Tensor;

/**
 * Tokens to patch pixels: adaptive layer norm, then a linear map that starts at zero.
 *
 * <p>Shapes: x (N, T, D), c (N, D) to (N, T, p p out). Source: DiT, section 3.2.
 */
public final class FinalLayer extends Module {
    private final Linear linear;
    private final AdaLn modulation;

    public FinalLayer(int width, int patch, int out) {
        linear = child("linear", new Linear(width, patch * patch * out, Initializer.zeros()));
        modulation = child("adaLN_modulation", new AdaLn(width, 2));
    }

    public Tensor forward(Tensor x, Tensor c) {
        return within(x, () -> {
            List<Tensor> m = modulation.forward(c); // shift, scale: (N, 1, D)
            Tensor h = Composites.layerNorm(x, DitBlock.EPSILON);
            return linear.forward(Composites.modulate(h, m.get(0), m.get(1)));
        });
    }
}
