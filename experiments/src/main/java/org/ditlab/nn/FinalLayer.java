package org.ditlab.nn;

import java.util.List;
import java.util.function.UnaryOperator;
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
    private final UnaryOperator<Tensor> projection;
    private final @Nullable AdaLn modulation;

    private FinalLayer(BlockForm form, String name, Module map, UnaryOperator<Tensor> projection) {
        boolean modulates = form.conditioning().modulates();
        norm = child("norm_final", new LayerNorm(form.width(), !modulates));
        child(name, map);
        this.projection = projection;
        modulation = modulates ? child("adaLN_modulation", new AdaLn(form.conditionWidth(), form.width(), 2)) : null;
    }

    /** Tokens to the pixels of their patches: out = p p channels. */
    public static FinalLayer linear(BlockForm form, int out) {
        Linear map = new Linear(form.width(), out, Initializer.zeros());
        return new FinalLayer(form, "linear", map, map::forward);
    }

    /** Tokens, one per pixel, to an image. */
    public static FinalLayer convolution(BlockForm form, int out) {
        Conv2d map = Conv2d.same(form.width(), out, 3, Initializer.zeros());
        return new FinalLayer(
                form, "out_proj", map, tokens -> map.forward(form.grid().image(tokens)));
    }

    public Tensor forward(Tensor x, Tensor c) {
        return within(x, () -> {
            Tensor h = norm.forward(x); // (N, T, C)
            if (modulation != null) {
                List<Tensor> m = modulation.forward(c); // shift, scale: (N, 1, C)
                h = Composites.modulate(h, m.get(0), m.get(1));
            }
            return projection.apply(h);
        });
    }
}
