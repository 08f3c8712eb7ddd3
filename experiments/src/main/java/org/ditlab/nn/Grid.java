package org.ditlab.nn;

import org.ditlab.tensor.Tensor;

/**
 * The image that tokens stand for: token t is the pixel (t div columns, t mod columns). Blocks work on tokens (N, T, C);
 * convolutions see the same memory as an image (N, C, H, W) with channels last.
 */
public record Grid(int rows, int columns) {
    public int tokens() {
        return rows * columns;
    }

    /** Whether both sides divide by the factor. */
    public boolean divides(int factor) {
        return rows % factor == 0 && columns % factor == 0;
    }

    /** The grid with both sides divided. */
    public Grid dividedBy(int factor) {
        return new Grid(rows / factor, columns / factor);
    }

    /** (N, T, C) to (N, C, H, W), a view. */
    public Tensor image(Tensor tokens) {
        return tokens.reshape(tokens.dim(0), rows, columns, tokens.dim(2)).permute(0, 3, 1, 2);
    }

    /** (N, C, H, W) to (N, T, C). */
    public Tensor tokens(Tensor image) {
        return image.permute(0, 2, 3, 1).reshape(image.dim(0), rows * columns, image.dim(1));
    }

    /** Tokens (N, T, p p out), each a patch's pixels as (row, column, channel), to (N, out, p H, p W). */
    public Tensor unpatchify(Tensor tokens, int patch) {
        int n = tokens.dim(0);
        int out = tokens.dim(2) / (patch * patch);
        return tokens.reshape(n, rows, columns, patch, patch, out)
                .permute(0, 5, 1, 3, 2, 4) // (N, out, H, p, W, p)
                .reshape(n, out, rows * patch, columns * patch);
    }

    @Override
    public String toString() {
        return rows + " x " + columns;
    }
}
