package org.ditlab.diffusion.sampler;

/** Which class the i-th sample is asked for. */
public enum LabelProtocol {
    /** Drawn uniformly at random, the stream {@code sample} and the sample's index deciding. */
    UNIFORM,
    /** Class i modulo the number of classes. */
    BALANCED
}
