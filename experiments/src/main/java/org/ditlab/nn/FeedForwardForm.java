package org.ditlab.nn;

/**
 * What a {@link FeedForward} is made of.
 *
 * @param ratio hidden width over width
 * @param multiple what the hidden width of SwiGLU is rounded up to
 * @param reparam whether the depthwise FFN trains with parallel branches
 */
public record FeedForwardForm(FeedForwardKind kind, double ratio, int multiple, boolean reparam) {
    /** Channels between the two maps of a part of this width. */
    int hidden(int width) {
        return kind == FeedForwardKind.SWIGLU ? SwiGlu.hidden(width, ratio, multiple) : (int) (width * ratio);
    }

    /** Whether a part of this width has hidden channels; with branches, also in the middle of its factored maps. */
    public boolean fits(int width) {
        return hidden(width) >= (reparam ? 2 : 1);
    }
}
