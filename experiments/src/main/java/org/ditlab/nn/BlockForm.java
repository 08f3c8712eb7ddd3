package org.ditlab.nn;

/**
 * What a {@link TransformerBlock} is made of.
 *
 * @param width channels C of a token
 * @param heads attention heads; divides the width
 * @param conditionWidth channels of the condition
 * @param grid the image that the tokens stand for
 */
public record BlockForm(
        int width,
        int heads,
        int conditionWidth,
        Grid grid,
        Conditioning conditioning,
        AttentionForm attention,
        FeedForwardForm feedForward,
        Lineage lineage) {

    /** The same block at another place of a U: other channels, condition, grid and downsampling. */
    public BlockForm at(int width, int conditionWidth, Grid grid, int factor) {
        return new BlockForm(
                width, heads, conditionWidth, grid, conditioning, attention.withFactor(factor), feedForward, lineage);
    }
}
