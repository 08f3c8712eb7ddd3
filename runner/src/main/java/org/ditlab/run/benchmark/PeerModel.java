package org.ditlab.run.benchmark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.Embedders;
import org.ditlab.model.Position;
import org.ditlab.model.Skeleton;
import org.ditlab.nn.AttentionTokens;
import org.ditlab.nn.Conditioning;
import org.ditlab.nn.Downsampler;
import org.ditlab.nn.FeedForwardKind;
import org.ditlab.nn.Logits;

/**
 * An architecture in the words of the peer, which are the published code's.
 *
 * @param family {@code dit} or {@code udit}
 * @param config constructor arguments
 */
record PeerModel(String family, Map<String, Object> config) {
    /** Stages of the published U. */
    private static final int STAGES = 5;

    /** Empty when the peer, which has the published architectures only, has no such model. */
    static Optional<PeerModel> of(Settings settings) {
        List<Integer> input = settings.get(ArchitectureKnobs.INPUT);
        if (!input.get(1).equals(input.get(2))
                || !settings.get(ArchitectureKnobs.LEARN_SIGMA)
                || settings.get(ArchitectureKnobs.CONDITIONING) != Conditioning.ADALN_ZERO
                || settings.get(ArchitectureKnobs.FFN) == FeedForwardKind.SWIGLU
                || settings.get(ArchitectureKnobs.ATTENTION_LOGITS) == Logits.QK_NORM) {
            return Optional.empty();
        }
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("input_size", input.get(1));
        config.put("in_channels", input.get(0));
        config.put("hidden_size", settings.get(ArchitectureKnobs.WIDTH));
        config.put("num_heads", settings.get(ArchitectureKnobs.HEADS));
        config.put("mlp_ratio", settings.get(ArchitectureKnobs.MLP_RATIO));
        config.put("num_classes", settings.get(ArchitectureKnobs.CLASSES));
        config.put("class_dropout_prob", settings.get(ArchitectureKnobs.CLASS_DROPOUT));
        boolean isotropic = settings.get(ArchitectureKnobs.SKELETON) == Skeleton.ISOTROPIC;
        return isotropic ? dit(settings, config) : uDit(settings, config);
    }

    private static Optional<PeerModel> dit(Settings settings, Map<String, Object> config) {
        if (settings.get(ArchitectureKnobs.POSITION) != Position.ABSOLUTE
                || settings.get(ArchitectureKnobs.ATTENTION_TOKENS) != AttentionTokens.FULL
                || settings.get(ArchitectureKnobs.ATTENTION_LOGITS) != Logits.DOT
                || settings.get(ArchitectureKnobs.FFN) != FeedForwardKind.MLP) {
            return Optional.empty();
        }
        config.put("patch_size", settings.get(ArchitectureKnobs.PATCH));
        config.put("depth", settings.get(ArchitectureKnobs.DEPTH));
        return Optional.of(new PeerModel("dit", config));
    }

    private static Optional<PeerModel> uDit(Settings settings, Map<String, Object> config) {
        Position position = settings.get(ArchitectureKnobs.POSITION);
        AttentionTokens tokens = settings.get(ArchitectureKnobs.ATTENTION_TOKENS);
        Downsampler downsampler = settings.get(ArchitectureKnobs.DOWNSAMPLER);
        List<Integer> factors = settings.get(ArchitectureKnobs.ATTENTION_FACTOR);
        if (settings.get(ArchitectureKnobs.STAGES).size() != STAGES
                || position == Position.ABSOLUTE
                || position == Position.BOTH
                || tokens == AttentionTokens.KV_DOWNSAMPLED
                || downsampler == Downsampler.DENSE
                || settings.get(ArchitectureKnobs.EMBEDDERS) != Embedders.PER_STAGE) {
            return Optional.empty();
        }
        boolean splits = tokens == AttentionTokens.QKV_DOWNSAMPLED;
        boolean convolves = splits && downsampler == Downsampler.DEPTHWISE;
        boolean depthwise = settings.get(ArchitectureKnobs.FFN) == FeedForwardKind.DEPTHWISE_CONV;
        boolean cosine = settings.get(ArchitectureKnobs.ATTENTION_LOGITS) == Logits.COSINE;
        config.put("depth", settings.get(ArchitectureKnobs.STAGES));
        config.put("down_factor", splits ? (factors.size() == 1 ? factors.get(0) : factors) : 1);
        config.put("downsampler", convolves ? "dwconv" + settings.get(ArchitectureKnobs.DOWNSAMPLER_KERNEL) : null);
        config.put("down_shortcut", settings.get(ArchitectureKnobs.DOWNSAMPLER_SHORTCUT) ? 1 : 0);
        config.put("attn_type", cosine ? "v2" : null);
        config.put("posemb_type", position == Position.ROPE2D ? "rope2d" : null);
        config.put("ffn_type", depthwise ? "rep" : "basic");
        config.put("rep", settings.get(ArchitectureKnobs.FFN_REPARAM) ? 1 : 0);
        return Optional.of(new PeerModel("udit", config));
    }
}
