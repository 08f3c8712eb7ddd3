package org.ditlab.model;

import java.util.List;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Knob;

/** The knobs of a diffusion transformer's architecture. Defaults are DiT-S/4's on 32 x 32 x 4 latents. */
public final class ArchitectureKnobs {
    private static final String DIT = "Peebles & Xie, Scalable Diffusion Models with Transformers, arXiv:2212.09748";

    public static final Knob<List<Integer>> INPUT = Knob.identity(
            "input",
            Domains.list(Domains.integer(1, 8192), 3, 3),
            List.of(4, 32, 32),
            "Channels, height and width of what is denoised. Taken from the data set when not given.",
            DIT + ", section 3.2");
    public static final Knob<Integer> CLASSES = Knob.identity(
            "classes",
            Domains.integer(1, 1_000_000),
            1000,
            "Number of class labels. Taken from the data set when not given.",
            DIT);
    public static final Knob<Double> CLASS_DROPOUT = Knob.identity(
            "class-dropout",
            Domains.real(0, 1),
            0.1,
            "Probability that training replaces a label by the null class; 0 leaves the null class out of the model.",
            "Ho & Salimans, Classifier-Free Diffusion Guidance, arXiv:2207.12598");
    public static final Knob<Boolean> LEARN_SIGMA = Knob.identity(
            "learn-sigma",
            Domains.bool(),
            true,
            "Whether the model also predicts the variance of the reverse process (twice the output channels).",
            "Nichol & Dhariwal, Improved DDPM, arXiv:2102.09672, section 3.1");
    public static final Knob<Integer> PATCH = Knob.identity(
            "patch",
            Domains.integer(1, 64),
            4,
            "Side of a patch: tokens = (H / patch) x (W / patch).",
            DIT + ", figure 4");
    public static final Knob<Integer> WIDTH = Knob.identity(
            "width", Domains.integer(4, 65536), 384, "Channels of a token (hidden size D).", DIT + ", table 1");
    public static final Knob<Integer> DEPTH =
            Knob.identity("depth", Domains.integer(1, 1024), 12, "Number of transformer blocks.", DIT + ", table 1");
    public static final Knob<Integer> HEADS = Knob.identity(
            "heads", Domains.integer(1, 1024), 6, "Attention heads; divides the width.", DIT + ", table 1");
    public static final Knob<Double> MLP_RATIO = Knob.identity(
            "mlp-ratio", Domains.real(0.1, 64), 4.0, "Hidden width of the feed-forward part over the width.", DIT);

    private ArchitectureKnobs() {}

    public static List<Knob<?>> all() {
        return List.of(INPUT, CLASSES, CLASS_DROPOUT, LEARN_SIGMA, PATCH, WIDTH, DEPTH, HEADS, MLP_RATIO);
    }
}
