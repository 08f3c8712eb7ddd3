package org.ditlab.diffusion.sampler;

/** Which channels of the prediction classifier-free guidance moves. */
public enum GuidanceChannels {
    ALL,
    /** The first three; the others keep the conditional prediction. DiT's released code does so. */
    FIRST_THREE;

    /** How many of so many. */
    int of(int channels) {
        return this == ALL ? channels : Math.min(3, channels);
    }
}
