package org.ditlab.model;

import static org.ditlab.model.ArchitectureKnobs.ATTENTION_LOGITS;
import static org.ditlab.model.ArchitectureKnobs.ATTENTION_TOKENS;
import static org.ditlab.model.ArchitectureKnobs.DEPTH;
import static org.ditlab.model.ArchitectureKnobs.DOWNSAMPLER;
import static org.ditlab.model.ArchitectureKnobs.EMBEDDERS;
import static org.ditlab.model.ArchitectureKnobs.FFN;
import static org.ditlab.model.ArchitectureKnobs.FFN_REPARAM;
import static org.ditlab.model.ArchitectureKnobs.HEADS;
import static org.ditlab.model.ArchitectureKnobs.INPUT;
import static org.ditlab.model.ArchitectureKnobs.MLP_RATIO;
import static org.ditlab.model.ArchitectureKnobs.PATCH;
import static org.ditlab.model.ArchitectureKnobs.POSITION;
import static org.ditlab.model.ArchitectureKnobs.SKELETON;
import static org.ditlab.model.ArchitectureKnobs.STAGES;
import static org.ditlab.model.ArchitectureKnobs.WIDTH;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.nn.AttentionTokens;
import org.ditlab.nn.Downsampler;
import org.ditlab.nn.FeedForwardKind;
import org.ditlab.nn.Logits;

/**
 * The names people say, as settings: {@code DiT-S/4}, {@code U-DiT-B}. A bare U-DiT has all modifications; {@code (vanilla)}
 * has token downsampling only, {@code +cos} and so on name what is on top of it. {@code @512} stands for images of 512
 * pixels, latents of 64.
 */
public final class ModelZoo {
    private static final String AT_512 = "@512";
    private static final Map<String, Settings> MODELS = new LinkedHashMap<>();

    static {
        dit("S", 12, 384, 6);
        dit("B", 12, 768, 12);
        dit("L", 24, 1024, 16);
        dit("XL", 28, 1152, 16);
        Settings toy = unet(48, 2, 4, List.of(1, 1, 2, 1, 1));
        MODELS.put("DiT-UNet", toy);
        MODELS.put("DiT-UNet (Slim)", toy.with(WIDTH.to(36)));
        ladder("U-DiT-T", toy);
        uDit("U-DiT-S", 96, 4);
        uDit("U-DiT-B", 192, 8);
        uDit("U-DiT-L", 384, 16);
        for (Map.Entry<String, Settings> entry : List.copyOf(MODELS.entrySet())) {
            MODELS.put(entry.getKey() + AT_512, entry.getValue().with(INPUT.to(List.of(4, 64, 64))));
        }
    }

    private ModelZoo() {}

    /** Source: DiT, table 1. */
    private static void dit(String size, int depth, int width, int heads) {
        for (int patch : new int[] {2, 4, 8}) {
            MODELS.put(
                    "DiT-" + size + "/" + patch,
                    Settings.of(DEPTH.to(depth), WIDTH.to(width), HEADS.to(heads), PATCH.to(patch)));
        }
    }

    /** The U of plain DiT blocks. Source: U-DiT, table 8; the toy size is the one that gives the costs of its table 9. */
    private static Settings unet(int width, int heads, double ratio, List<Integer> stages) {
        return Settings.of(
                SKELETON.to(Skeleton.UNET),
                STAGES.to(stages),
                WIDTH.to(width),
                HEADS.to(heads),
                MLP_RATIO.to(ratio),
                POSITION.to(Position.NONE),
                EMBEDDERS.to(Embedders.PER_STAGE));
    }

    private static void uDit(String name, int width, int heads) {
        Settings vanilla = vanilla(unet(width, heads, 2, List.of(2, 5, 8, 5, 2)));
        MODELS.put(name + " (vanilla)", vanilla);
        MODELS.put(name, vanilla.with(modifications()));
    }

    /** Source: U-DiT, table 9. */
    private static void ladder(String name, Settings toy) {
        Settings reached = vanilla(toy);
        MODELS.put(name + " (vanilla)", reached);
        StringBuilder rung = new StringBuilder(name);
        Map<String, Setting<?>> rungs = new LinkedHashMap<>();
        rungs.put(" +cos", ATTENTION_LOGITS.to(Logits.COSINE));
        rungs.put(" +rope", POSITION.to(Position.ROPE2D));
        rungs.put(" +dwffn", FFN.to(FeedForwardKind.DEPTHWISE_CONV));
        for (Map.Entry<String, Setting<?>> entry : rungs.entrySet()) {
            reached = reached.with(entry.getValue());
            MODELS.put(rung.append(entry.getKey()).toString(), reached);
        }
        MODELS.put(name, vanilla(toy).with(modifications()));
    }

    private static Settings vanilla(Settings unet) {
        return unet.with(ATTENTION_TOKENS.to(AttentionTokens.QKV_DOWNSAMPLED), DOWNSAMPLER.to(Downsampler.DEPTHWISE));
    }

    private static Settings modifications() {
        return Settings.of(
                ATTENTION_LOGITS.to(Logits.COSINE),
                POSITION.to(Position.ROPE2D),
                FFN.to(FeedForwardKind.DEPTHWISE_CONV),
                FFN_REPARAM.to(true));
    }

    /** All names: those of 256 pixels in the order of the papers' tables, then those of 512. */
    public static List<String> names() {
        return List.copyOf(MODELS.keySet());
    }

    /** The architecture settings that a name stands for. */
    public static Optional<Settings> find(String name) {
        return Optional.ofNullable(MODELS.get(name));
    }

    /**
     * Declares the model that the settings describe; no memory for weights is taken.
     *
     * @throws ArchitectureException when the settings contradict each other, naming the knobs
     */
    public static Denoiser build(Settings settings) {
        return switch (settings.get(SKELETON)) {
            case ISOTROPIC -> new Dit(settings);
            case UNET -> new UDit(settings);
        };
    }
}
