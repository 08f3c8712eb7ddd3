package org.ditlab.nn;

import org.ditlab.tensor.Tensor;

/**
 * From one stage of a U to the next: a 3 x 3 convolution without bias, then pixels to channels (down: half the sides,
 * twice the channels) or channels to pixels (up: twice the sides, half the channels).
 *
 * <p>Shapes: (N, T, C) to (N, T / 4, 2 C), or to (N, 4 T, C / 2). Source: Zamir et al., Restormer, arXiv:2111.09881, as
 * U-DiT uses it.
 */
public final class Resample extends Module {
    private final Conv2d convolution;
    private final Grid grid;
    private final boolean down;

    private Resample(Conv2d convolution, Grid grid, boolean down) {
        this.convolution = child("body.0", convolution);
        this.grid = grid;
        this.down = down;
    }

    /** Halves the sides of a grid; width is even. */
    public static Resample down(int width, Grid grid) {
        return new Resample(Conv2d.unbiased(width, width / 2, 3), grid, true);
    }

    /** Doubles the sides of a grid; width is even. */
    public static Resample up(int width, Grid grid) {
        return new Resample(Conv2d.unbiased(width, 2 * width, 3), grid, false);
    }

    public Tensor forward(Tensor x) {
        return within(x, () -> {
            Tensor image = convolution.forward(grid.image(x)); // (N, C / 2 or 2 C, H, W)
            return down ? unshuffle(image) : shuffle(image);
        });
    }

    /** (N, C, H, W) to (N, H/2 W/2, 4 C), channels ordered (C, row, column). */
    Tensor unshuffle(Tensor image) {
        int n = image.dim(0);
        int channels = image.dim(1);
        Grid small = grid.dividedBy(2);
        return image.reshape(n, channels, small.rows(), 2, small.columns(), 2)
                .permute(0, 2, 4, 1, 3, 5) // (N, H/2, W/2, C, 2, 2)
                .reshape(n, small.tokens(), 4 * channels);
    }

    /** (N, C, H, W) to (N, 2H 2W, C / 4), the inverse of unshuffle. */
    Tensor shuffle(Tensor image) {
        int n = image.dim(0);
        int channels = image.dim(1) / 4;
        return image.reshape(n, channels, 2, 2, grid.rows(), grid.columns())
                .permute(0, 4, 2, 5, 3, 1) // (N, H, 2, W, 2, C)
                .reshape(n, 4 * grid.tokens(), channels);
    }
}
