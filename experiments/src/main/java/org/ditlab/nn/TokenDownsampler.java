package org.ditlab.nn;

import org.ditlab.tensor.Tensor;

/**
 * The convolution at full resolution that goes before a token split, with or without a shortcut: {@code x + conv(x)}.
 *
 * <p>Shapes: (N, T, C) to (N, T, C). Source: U-DiT, arXiv:2405.02730, section 3.3 and table 7.
 */
public final class TokenDownsampler extends Module {
    private final Conv2d layer;
    private final boolean shortcut;
    private final boolean depthwise;
    private final Grid grid;

    /**
     * A downsampler of kind {@link Downsampler#DENSE} or {@link Downsampler#DEPTHWISE}.
     *
     * @param kernel side, odd
     */
    public TokenDownsampler(Downsampler kind, int width, int kernel, boolean shortcut, Grid grid) {
        this.shortcut = shortcut;
        depthwise = kind == Downsampler.DEPTHWISE;
        this.grid = grid;
        layer = child(
                "layer",
                depthwise
                        ? Conv2d.depthwise(width, kernel)
                        : Conv2d.same(width, width, kernel, Initializer.xavierUniform()));
    }

    public Tensor forward(Tensor x) {
        return within(x, () -> {
            if (shortcut && depthwise) {
                return grid.tokens(layer.forwardWithShortcut(grid.image(x))); // (N, T, C)
            }
            Tensor mixed = grid.tokens(layer.forward(grid.image(x))); // (N, T, C)
            return shortcut ? x.add(mixed) : mixed;
        });
    }
}
