package org.ditlab.nn;

import org.ditlab.tensor.Tensor;

/**
 * Patches to tokens: a convolution with kernel and stride p, then rows of patches one after another.
 *
 * <p>Shapes: (N, C, H, W) to (N, T, D), T = (H / p) (W / p). Source: DiT, section 3.2.
 */
public final class PatchEmbed extends Module {
    private final Conv2d proj;
    private final int width;

    public PatchEmbed(int channels, int patch, int width) {
        this.width = width;
        proj = child("proj", new Conv2d(channels, width, patch, patch, 0, 1, Initializer.xavierUniformFlat()));
    }

    public Tensor forward(Tensor x) {
        return within(x, () -> {
            Tensor grid = proj.forward(x); // (N, D, H/p, W/p)
            int tokens = grid.dim(2) * grid.dim(3);
            return grid.reshape(grid.dim(0), width, tokens).transpose(1, 2); // (N, T, D)
        });
    }
}
