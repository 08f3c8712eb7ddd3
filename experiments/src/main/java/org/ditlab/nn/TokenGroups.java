package org.ditlab.nn;

import org.ditlab.tensor.Tensor;

/**
 * Splits tokens into heads and, with a factor f above 1, the grid into f x f interleaved grids: phase (a, b) holds the
 * pixels (i f + a, j f + b). Nothing is lost, and {@link #merge} is the exact inverse of {@link #split}.
 *
 * <p>Source: U-DiT, arXiv:2405.02730, section 3.3.
 */
public record TokenGroups(Grid grid, int factor, int heads) {
    /** The tokens of each grid together, heads side by side as they are: (N, T, C) to (N f f, T / (f f), C). */
    public Tensor gather(Tensor x) {
        if (factor == 1) {
            return x;
        }
        int n = x.dim(0);
        Grid phase = grid.dividedBy(factor);
        return x.reshape(n, phase.rows(), factor, phase.columns(), factor, x.dim(2))
                .permute(0, 2, 4, 1, 3, 5) // (N, f, f, H/f, W/f, C)
                .reshape(n * factor * factor, phase.tokens(), x.dim(2));
    }

    /** The inverse of {@link #gather}: (N f f, T / (f f), C) to (N, T, C). */
    public Tensor scatter(Tensor x) {
        if (factor == 1) {
            return x;
        }
        int n = x.dim(0) / (factor * factor);
        Grid phase = grid.dividedBy(factor);
        return x.reshape(n, factor, factor, phase.rows(), phase.columns(), x.dim(2))
                .permute(0, 3, 1, 4, 2, 5) // (N, H/f, f, W/f, f, C)
                .reshape(n, grid.tokens(), x.dim(2));
    }

    /** (N, T, heads d) to (N f f, heads, T / (f f), d). */
    public Tensor split(Tensor x) {
        int n = x.dim(0);
        int headDim = x.dim(2) / heads;
        if (factor == 1) {
            return x.reshape(n, x.dim(1), heads, headDim).transpose(1, 2); // (N, heads, T, d)
        }
        Grid phase = grid.dividedBy(factor);
        return x.reshape(n, phase.rows(), factor, phase.columns(), factor, heads, headDim)
                .permute(0, 2, 4, 5, 1, 3, 6) // (N, f, f, heads, H/f, W/f, d)
                .reshape(n * factor * factor, heads, phase.tokens(), headDim);
    }

    /** (N f f, heads, T / (f f), d) to (N, T, heads d). */
    public Tensor merge(Tensor x) {
        int n = x.dim(0) / (factor * factor);
        int headDim = x.dim(3);
        if (factor == 1) {
            return x.transpose(1, 2).reshape(n, x.dim(2), heads * headDim);
        }
        Grid phase = grid.dividedBy(factor);
        return x.reshape(n, factor, factor, heads, phase.rows(), phase.columns(), headDim)
                .permute(0, 4, 1, 5, 2, 3, 6) // (N, H/f, f, W/f, f, heads, d)
                .reshape(n, grid.tokens(), heads * headDim);
    }
}
