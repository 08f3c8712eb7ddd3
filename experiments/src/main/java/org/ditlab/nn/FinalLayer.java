package org.ditlab.nn;

import java.util.List;
import org.ditlab.tensor.Composites;
import org.ditlab.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The last norm and the map to pixels, which starts at zero.
 *
 * <p>Shapes: x (N, T, C), c as a block's; to (N, T, p p out) through a linear map, or to (N, out, H, W) through a 3 x 3
 * convolution. Source: DiT, section 3.2; U-DiT's code for the convolution.
 */
public final class FinalLayer extends Module {
    private final LayerNorm norm;
    private final @Nullable Linear linear;
    private final @Nullable Conv2d convolution;
    private final @Nullable AdaLn modulation;
    private final Grid grid;

    private FinalLayer(BlockForm form, @Nullable Linear linear, @Nullable Conv2d convolution) {
        grid = form.grid();
        boolean modulates = form.conditioning().modulates();
        norm = child("norm_final", new LayerNorm(form.width(), !modulates));
        this.linear = linear == null ? null : child("linear", linear);
        this.convolution = convolution == null ? null : child("out_proj", convolution);
        modulation = modulates ? child("adaLN_modulation", new AdaLn(form.conditionWidth(), form.width(), 2)) : null;
    }

    /** Tokens to the pixels of their patches: out = p p channels. */
    public static FinalLayer linear(BlockForm form, int out) {
        return new FinalLayer(form, new Linear(form.width(), out, Initializer.zeros()), null);
    }

    /** Tokens, one per pixel, to an image. */
    public static FinalLayer convolution(BlockForm form, int out) {
        return new FinalLayer(form, null, Conv2d.same(form.width(), out, 3, Initializer.zeros()));
    }

    public Tensor forward(Tensor x, Tensor c) {
        return within(x, () -> {
            Tensor h = norm.forward(x); // (N, T, C)
            if (modulation != null) {
                List<Tensor> m = modulation.forward(c); // shift, scale: (N, 1, C)
                h = Composites.modulate(h, m.get(0), m.get(1));
            }
            return convolution == null ? linear().forward(h) : convolution.forward(grid.image(h));
        });
    }

    private Linear linear() {
        if (linear == null) {
            throw new IllegalStateException("a final layer has a linear map or a convolution");
        }
        return linear;
    }
}
