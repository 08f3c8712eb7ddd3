package org.ditlab.nn;

import org.ditlab.tensor.Tensor;

/**
 * Pixels to tokens by a convolution, rows one after another.
 *
 * <p>Shapes: (N, C, H, W) to (N, T, D), T = (H / stride) (W / stride). Source: DiT, section 3.2; U-DiT's code for the 3 x
 * 3 convolution.
 */
public final class PatchEmbed extends Module {
    private final Conv2d proj;

    private PatchEmbed(Conv2d projection) {
        proj = child("proj", projection);
    }

    /** Patches of p x p pixels. */
    public static PatchEmbed patches(int channels, int patch, int width) {
        return new PatchEmbed(new Conv2d(channels, width, patch, patch, 0, 1, Initializer.xavierUniformFlat()));
    }

    /** One token per pixel, which sees its eight neighbours. */
    public static PatchEmbed pixels(int channels, int width) {
        return new PatchEmbed(Conv2d.same(channels, width, 3, Initializer.xavierUniformFlat()));
    }

    public Tensor forward(Tensor x) {
        return within(x, () -> {
            Tensor image = proj.forward(x); // (N, D, H / stride, W / stride)
            return new Grid(image.dim(2), image.dim(3)).tokens(image); // (N, T, D)
        });
    }
}
