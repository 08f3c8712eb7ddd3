package org.ditlab.diffusion.sampler;

import java.util.List;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Knob;

/** The knobs of sampling. Defaults are the DiT paper's evaluation protocol. */
public final class SampleKnobs {
    public static final Knob<String> SAMPLER = Knob.identity(
            "sample.sampler",
            Domains.word(Samplers.names()),
            "ddpm",
            "How images are drawn from the model: ancestral (ddpm), or by solving an ODE: ddim and euler (first order), dpm++"
                    + " (2M) and heun (second order). Heun calls the model twice a step, the others once.",
            "Ho et al., arXiv:2006.11239; Song et al., arXiv:2010.02502; Lu et al., arXiv:2211.01095; Karras et al.,"
                    + " arXiv:2206.00364");
    public static final Knob<Double> ETA = Knob.identity(
                    "sample.eta",
                    Domains.real(0, 1),
                    0.0,
                    "Noise that ddim adds at a step, as a share of ancestral sampling's; 0 is deterministic.",
                    "Song et al., arXiv:2010.02502, equation 16")
            .requiring(
                    "sample.sampler = ddim", settings -> settings.get(SAMPLER).equals("ddim"));
    public static final Knob<Integer> STEPS = Knob.identity(
            "sample.steps",
            Domains.integer(1, 1000),
            250,
            "Sampling steps: the 1000 training timesteps are respaced to this many.",
            "Nichol & Dhariwal, arXiv:2102.09672, section 4");
    public static final Knob<Double> GUIDANCE = Knob.identity(
            "sample.guidance",
            Domains.real(0, 100),
            1.0,
            "Scale of classifier-free guidance; 1 is none.",
            "Ho & Salimans, arXiv:2207.12598");
    public static final Knob<GuidanceChannels> GUIDANCE_CHANNELS = Knob.identity(
            "sample.guidance-channels",
            Domains.choice(GuidanceChannels.class),
            GuidanceChannels.ALL,
            "Which channels guidance moves; without effect at a guidance of 1. DiT's released code guides the first three of four: its scale of 1.5 there is"
                    + " about 1.375 on all.",
            "Peebles & Xie, arXiv:2212.09748, appendix A");
    public static final Knob<Integer> COUNT = Knob.identity(
            "sample.count", Domains.integer(2, 100_000_000), 50_000, "Number of images drawn and measured.", "");
    public static final Knob<LabelProtocol> LABELS = Knob.identity(
            "sample.labels",
            Domains.choice(LabelProtocol.class),
            LabelProtocol.UNIFORM,
            "Which class each sample is asked for: drawn uniformly (as DiT does) or balanced over the classes.",
            "");

    public static final Knob<Boolean> CLIP = Knob.identity(
            "sample.clip",
            Domains.bool(),
            false,
            "Limit each predicted image to [-1, 1]: helps on pixels, wrong on latents.",
            "Ho et al., arXiv:2006.11239 (code)");

    public static final Knob<Integer> SNAPSHOT_COUNT = Knob.identity(
            "sample.snapshot-count",
            Domains.integer(0, 100_000_000),
            0,
            "Number of images drawn of each step in train.snapshots; 0 for as many as sample.count.",
            "");

    private SampleKnobs() {}

    public static List<Knob<?>> all() {
        return List.of(SAMPLER, ETA, STEPS, GUIDANCE, GUIDANCE_CHANNELS, COUNT, LABELS, CLIP, SNAPSHOT_COUNT);
    }
}
