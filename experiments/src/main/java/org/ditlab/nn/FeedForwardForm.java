package org.ditlab.nn;

/**
 * What a {@link FeedForward} is made of.
 *
 * @param ratio hidden width over width
 * @param multiple what the hidden width of SwiGLU is rounded up to
 * @param reparam whether the depthwise FFN trains with parallel branches
 */
public record FeedForwardForm(FeedForwardKind kind, double ratio, int multiple, boolean reparam) {}
