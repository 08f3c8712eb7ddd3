package org.ditlab.nn;

/**
 * What an {@link Attention} is made of.
 *
 * @param factor f of the downsampled forms; both sides of the grid divide by it
 * @param downsampler before the split; only where tokens are downsampled
 * @param kernel side of the downsampler's kernel, odd
 * @param shortcut whether the downsampler adds its input
 * @param rope whether queries and keys are rotated by their position
 */
public record AttentionForm(
        AttentionTokens tokens,
        int factor,
        Downsampler downsampler,
        int kernel,
        boolean shortcut,
        Logits logits,
        boolean rope) {

    AttentionForm withFactor(int other) {
        return new AttentionForm(tokens, other, downsampler, kernel, shortcut, logits, rope);
    }
}
