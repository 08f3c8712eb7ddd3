package org.ditlab.data;

import java.util.List;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Knob;

/** The knobs of the data set: part of every stage's hash. */
public final class DataKnobs {
    public static final Knob<String> SET = Knob.identity(
            "data.set",
            Domains.word(DataSets.names()),
            "shapes",
            "The data set: \"shapes\" is built in; \"images\" is a folder or zip with one folder per class, and \"latents\" an"
                    + " .npz or .npy file or a folder of codes of images, both given by --data.",
            "");
    public static final Knob<Integer> SIZE = Knob.identity(
            "data.size",
            Domains.integer(8, 1024),
            32,
            "Side of the square images: shapes are rendered at it, files are resized and centre-cropped to it. Side of the"
                    + " latents: 32 for images of 256 pixels, 64 for 512.",
            "Dhariwal & Nichol, arXiv:2105.05233 (centre crop as in ADM)");
    public static final Knob<Integer> COUNT = Knob.identity(
            "data.count",
            Domains.integer(1, 100_000_000),
            10_000,
            "Number of training images of a built-in set; a tenth as many are held out.",
            "");

    public static final Knob<Double> LATENT_SCALE = Knob.identity(
                    "data.latent-scale",
                    Domains.real(1e-6, 1e6),
                    1.0,
                    "What latents are multiplied by. 1 takes them as they stand; 0.18215 is DiT's factor, for latents that"
                            + " were saved without it.",
                    "Rombach et al., arXiv:2112.10752, appendix D.1 (unit variance)")
            .requiring("data.set = latents", settings -> settings.get(SET).equals("latents"));

    /** Not part of hashes: the fingerprint of the data that remain is. */
    public static final Knob<Corrupt> CORRUPT = Knob.stateless(
                    "data.corrupt",
                    Domains.choice(Corrupt.class),
                    Corrupt.REFUSE,
                    "What is done with damaged images: refuse names all of them and runs nothing, skip leaves them out and"
                            + " says so. Hashes do not cover the word but the images that remain.")
            .requiring("data.set = images", settings -> settings.get(SET).equals("images"));

    public static final Knob<Integer> HELD_OUT = Knob.identity(
                    "data.held-out",
                    Domains.integer(0, 100_000_000),
                    0,
                    "Number of latents that training does not see, spread evenly over the data, for the held-out loss; 0"
                            + " trains on all.",
                    "")
            .requiring("data.set = latents", settings -> settings.get(SET).equals("latents"));

    private DataKnobs() {}

    public static List<Knob<?>> all() {
        return List.of(SET, SIZE, COUNT, LATENT_SCALE, HELD_OUT, CORRUPT);
    }
}
