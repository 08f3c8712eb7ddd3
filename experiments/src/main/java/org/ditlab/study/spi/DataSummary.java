package org.ditlab.study.spi;

import java.util.List;

/**
 * What the planner needs of a data set.
 *
 * @param name for protocols and captions, {@code shapes-16}
 * @param fingerprint hash of the content (never of a path); part of every stage's hash
 * @param classes of images, exactly; of latents, as many as their labels show
 * @param count training images
 * @param latent whether it holds codes of images, which need a decoder to be looked at: trials end after training
 * @param given false for what is assumed of the user's data while these are not at hand: such a plan cannot run
 * @param notes what a person should know of the data, a warning each: damaged images that were left out, say
 */
public record DataSummary(
        String name,
        String fingerprint,
        int channels,
        int height,
        int width,
        int classes,
        int count,
        boolean latent,
        boolean given,
        List<String> notes) {
    /** Data of which there is nothing to note. */
    public DataSummary(
            String name,
            String fingerprint,
            int channels,
            int height,
            int width,
            int classes,
            int count,
            boolean latent,
            boolean given) {
        this(name, fingerprint, channels, height, width, classes, count, latent, given, List.of());
    }

    /** Images that are at hand. */
    public DataSummary(String name, String fingerprint, int channels, int height, int width, int classes, int count) {
        this(name, fingerprint, channels, height, width, classes, count, false, true);
    }
}
