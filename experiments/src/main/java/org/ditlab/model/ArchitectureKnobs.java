package org.ditlab.model;

import java.util.List;
import java.util.Set;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Settings;
import org.ditlab.nn.AttentionTokens;
import org.ditlab.nn.Conditioning;
import org.ditlab.nn.Downsampler;
import org.ditlab.nn.FeedForwardKind;
import org.ditlab.nn.Logits;

/**
 * The knobs of a diffusion transformer's architecture. Defaults are DiT-S/4's on 32 x 32 x 4 latents. Knobs of one
 * skeleton only (patch and depth; stages) are silent in the other; any other knob without an effect is refused. Neither kind
 * is part of a hash: {@link #effective}.
 */
public final class ArchitectureKnobs {
    private static final String DIT = "Peebles & Xie, Scalable Diffusion Models with Transformers, arXiv:2212.09748";
    private static final String UDIT = "Tian et al., U-DiT, arXiv:2405.02730";

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
            "Side of a patch of skeleton = isotropic: tokens = (H / patch) x (W / patch); divides both sides.",
            DIT + ", figure 4");
    public static final Knob<Integer> WIDTH = Knob.identity(
            "width",
            Domains.integer(4, 65536),
            384,
            "Channels of a token (hidden size D); of the first stage of a U.",
            DIT + ", table 1");
    public static final Knob<Integer> DEPTH = Knob.identity(
            "depth", Domains.integer(1, 1024), 12, "Number of blocks of skeleton = isotropic.", DIT + ", table 1");
    public static final Knob<Integer> HEADS = Knob.identity(
            "heads",
            Domains.integer(1, 1024),
            6,
            "Attention heads, the same number in every stage; divides the width.",
            DIT + ", table 1");
    public static final Knob<Double> MLP_RATIO = Knob.identity(
            "mlp-ratio", Domains.real(0.1, 64), 4.0, "Hidden width of the feed-forward part over the width.", DIT);

    public static final Knob<Skeleton> SKELETON = Knob.identity(
            "skeleton",
            Domains.choice(Skeleton.class),
            Skeleton.ISOTROPIC,
            "Blocks in a column over patches (patch, depth), or a U of stages over pixels (stages).",
            DIT + "; " + UDIT + ", section 3.1");
    public static final Knob<List<Integer>> STAGES = Knob.identity(
            "stages",
            Domains.list(Domains.integer(1, 128), 3, 9),
            List.of(2, 5, 8, 5, 2),
            "Blocks of each stage of skeleton = unet, encoder, middle, decoder: an odd number of stages. A block holds two"
                    + " attentions and two feed-forward parts. Each stage inwards halves the grid and doubles the channels.",
            UDIT + ", table 8");
    public static final Knob<AttentionTokens> ATTENTION_TOKENS = Knob.identity(
                    "attention.tokens",
                    Domains.choice(AttentionTokens.class),
                    AttentionTokens.FULL,
                    "Attention of all tokens with all; to keys and values of a smaller grid (kv-downsampled, ToDo); or"
                            + " within f x f interleaved grids (qkv-downsampled, U-DiT).",
                    UDIT + ", section 3.3; Smith et al., ToDo, arXiv:2402.13573")
            .requiring(
                    "an attention.factor above 1 in some stage, or a downsampler; else it is full attention",
                    ArchitectureKnobs::differsFromFull);
    public static final Knob<List<Integer>> ATTENTION_FACTOR = Knob.identity(
                    "attention.factor",
                    Domains.oneOrList(Domains.integer(1, 64), 9),
                    List.of(2),
                    "By how much each side of the grid is downsampled: one number, or one for each stage; divides the sides.",
                    UDIT + ", section 3.3")
            .requiring("attention.tokens = kv-downsampled or qkv-downsampled", ArchitectureKnobs::downsamples);
    public static final Knob<Downsampler> DOWNSAMPLER = Knob.identity(
                    "attention.downsampler",
                    Domains.choice(Downsampler.class),
                    Downsampler.NONE,
                    "The convolution at full resolution before tokens are split or dropped.",
                    UDIT + ", table 7")
            .requiring("attention.tokens = kv-downsampled or qkv-downsampled", ArchitectureKnobs::downsamples);
    public static final Knob<Integer> DOWNSAMPLER_KERNEL = Knob.identity(
                    "attention.downsampler-kernel",
                    Domains.integer(3, 7),
                    5,
                    "Side of the downsampler's kernel: 3, 5 or 7.",
                    UDIT + ", section 3.3")
            .requiring("attention.downsampler = dense or depthwise", ArchitectureKnobs::convolves)
            .requiring(
                    "an odd kernel: 3, 5 or 7",
                    settings -> settings.get(ArchitectureKnobs.DOWNSAMPLER_KERNEL) % 2 == 1);
    public static final Knob<Boolean> DOWNSAMPLER_SHORTCUT = Knob.identity(
                    "attention.downsampler-shortcut",
                    Domains.bool(),
                    true,
                    "Whether the downsampler adds its input to the convolution's output.",
                    UDIT + ", table 7")
            .requiring("attention.downsampler = dense or depthwise", ArchitectureKnobs::convolves);
    public static final Knob<Logits> ATTENTION_LOGITS = Knob.identity(
            "attention.logits",
            Domains.choice(Logits.class),
            Logits.DOT,
            "Scaled dot product; cosine with a learned scale per head; or dot product of normalised queries and keys.",
            "Swin Transformer V2, arXiv:2111.09883; Dehghani et al., arXiv:2302.05442");
    public static final Knob<Position> POSITION = Knob.identity(
            "position",
            Domains.choice(Position.class),
            Position.ABSOLUTE,
            "A sine-cosine table added to the tokens (needs a width that divides by 4), rotation of queries and keys (needs"
                    + " a head width, width / heads, that divides by 4), both or none.",
            DIT + ", section 3.2; VisionLLaMA, arXiv:2403.00522, section 3.3");
    public static final Knob<FeedForwardKind> FFN = Knob.identity(
            "ffn",
            Domains.choice(FeedForwardKind.class),
            FeedForwardKind.MLP,
            "Two linear layers with tanh GELU; with exact GELU and a depthwise 5 x 5 convolution between; or SwiGLU.",
            UDIT + ", section 3.4; Shazeer, arXiv:2002.05202");
    public static final Knob<Boolean> FFN_REPARAM = Knob.identity(
                    "ffn.reparam",
                    Domains.bool(),
                    false,
                    "Train the depthwise FFN with parallel branches and factored linear layers, which are folded for"
                            + " inference.",
                    UDIT + ", section 3.4; RepVGG, arXiv:2101.03697")
            .requiring(
                    "ffn = depthwise-conv, whose branches fold into one convolution",
                    settings -> settings.get(FFN) == FeedForwardKind.DEPTHWISE_CONV);
    public static final Knob<Integer> FFN_MULTIPLE = Knob.identity(
                    "ffn.hidden-multiple",
                    Domains.integer(1, 4096),
                    8,
                    "SwiGLU's hidden width, 2/3 mlp-ratio x width, is rounded up to a multiple of this; VisionLLaMA's"
                            + " is 256.",
                    "VisionLLaMA, arXiv:2403.00522")
            .requiring("ffn = swiglu", settings -> settings.get(FFN) == FeedForwardKind.SWIGLU);
    public static final Knob<Conditioning> CONDITIONING = Knob.identity(
                    "conditioning",
                    Domains.choice(Conditioning.class),
                    Conditioning.ADALN_ZERO,
                    "How timestep and label reach the blocks. In-context puts two tokens among the image's that stand on no"
                            + " grid: it needs skeleton = isotropic, attention.tokens = full and ffn = mlp or swiglu.",
                    DIT + ", section 3.2 and figure 3")
            .requiring(
                    "skeleton = isotropic, attention.tokens = full and ffn = mlp or swiglu, if it is in-context",
                    ArchitectureKnobs::contextFits);
    public static final Knob<Embedders> EMBEDDERS = Knob.identity(
                    "conditioning.embedders",
                    Domains.choice(Embedders.class),
                    Embedders.SHARED,
                    "One pair of timestep and label embedders, or one for each resolution of a U.",
                    UDIT + ", code")
            .requiring("skeleton = unet", settings -> settings.get(SKELETON) == Skeleton.UNET);
    public static final Knob<LabelDrop> LABEL_DROP = Knob.identity(
                    "label-drop",
                    Domains.choice(LabelDrop.class),
                    LabelDrop.PER_EMBEDDER,
                    "Whether each label embedder draws for itself which labels training drops, as U-DiT was trained, or"
                            + " all follow one draw.",
                    UDIT + ", code")
            .requiring(
                    "conditioning.embedders = per-stage, else there is one label embedder",
                    settings -> settings.get(EMBEDDERS) == Embedders.PER_STAGE)
            .requiring("class-dropout above 0, else no label is dropped", settings -> settings.get(CLASS_DROPOUT) > 0);

    private ArchitectureKnobs() {}

    private static boolean downsamples(Settings settings) {
        return settings.get(ATTENTION_TOKENS) != AttentionTokens.FULL;
    }

    private static boolean differsFromFull(Settings settings) {
        return convolves(settings) || settings.get(ATTENTION_FACTOR).stream().anyMatch(factor -> factor > 1);
    }

    private static boolean convolves(Settings settings) {
        return settings.get(DOWNSAMPLER) != Downsampler.NONE;
    }

    private static boolean contextFits(Settings settings) {
        return settings.get(CONDITIONING) != Conditioning.IN_CONTEXT
                || (settings.get(SKELETON) == Skeleton.ISOTROPIC
                        && settings.get(ATTENTION_TOKENS) == AttentionTokens.FULL
                        && settings.get(FFN) != FeedForwardKind.DEPTHWISE_CONV);
    }

    /**
     * The settings without what has no effect: the other skeleton's geometry, and what is at its default where its
     * requirement does not hold; a factor that is the same in every stage is one number. What is left tells models apart, so
     * that one model has one hash.
     */
    public static Settings effective(Settings settings) {
        boolean unet = settings.get(SKELETON) == Skeleton.UNET;
        Set<Knob<?>> silent = unet ? Set.of(PATCH, DEPTH) : Set.of(STAGES);
        Settings left = settings.filter(knob -> !silent.contains(knob) && !idle(knob, settings));
        List<Integer> factors = left.get(ATTENTION_FACTOR);
        return factors.size() > 1 && factors.stream().distinct().count() == 1
                ? left.with(ATTENTION_FACTOR.to(factors.subList(0, 1)))
                : left;
    }

    private static <V> boolean idle(Knob<V> knob, Settings settings) {
        return settings.get(knob).equals(knob.defaultValue())
                && !knob.unmet(settings).isEmpty();
    }

    public static List<Knob<?>> all() {
        return List.of(
                INPUT,
                CLASSES,
                CLASS_DROPOUT,
                LEARN_SIGMA,
                SKELETON,
                PATCH,
                WIDTH,
                DEPTH,
                STAGES,
                HEADS,
                MLP_RATIO,
                ATTENTION_TOKENS,
                ATTENTION_FACTOR,
                DOWNSAMPLER,
                DOWNSAMPLER_KERNEL,
                DOWNSAMPLER_SHORTCUT,
                ATTENTION_LOGITS,
                POSITION,
                FFN,
                FFN_REPARAM,
                FFN_MULTIPLE,
                CONDITIONING,
                EMBEDDERS,
                LABEL_DROP);
    }
}
