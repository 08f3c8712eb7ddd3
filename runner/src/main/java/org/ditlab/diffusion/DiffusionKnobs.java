package org.ditlab.diffusion;

import java.util.List;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Knob;

/**
 * The knobs of the diffusion process, part of the training recipe; sampling reads them too, so that it always fits what was
 * trained. Defaults are the DiT paper's.
 */
public final class DiffusionKnobs {
    public static final Knob<PredictionTarget> PREDICTION = Knob.identity(
            "train.prediction",
            Domains.choice(PredictionTarget.class),
            PredictionTarget.EPSILON,
            "What the model predicts: the noise (epsilon), the velocity (v) or the clean image (x0).",
            "Ho et al., arXiv:2006.11239; Salimans & Ho, arXiv:2202.00512, section 4");
    public static final Knob<NoiseScheduleKind> NOISE_SCHEDULE = Knob.identity(
            "train.noise-schedule",
            Domains.choice(NoiseScheduleKind.class),
            NoiseScheduleKind.LINEAR,
            "How noise grows over the 1000 timesteps: betas in a straight line, or signal as a squared cosine.",
            "Ho et al., arXiv:2006.11239; Nichol & Dhariwal, arXiv:2102.09672, section 3.2");
    public static final Knob<TimestepSampling> TIMESTEP_SAMPLING = Knob.identity(
            "train.timestep-sampling",
            Domains.choice(TimestepSampling.class),
            TimestepSampling.UNIFORM,
            "How training draws timesteps: all alike, or the middle ones more often (logit-normal, location 0, scale 1).",
            "Esser et al., arXiv:2403.03206, section 3.1");
    public static final Knob<LossWeighting> LOSS_WEIGHTING = Knob.identity(
            "train.loss-weighting",
            Domains.choice(LossWeighting.class),
            LossWeighting.UNIFORM,
            "Weight of a timestep's squared error: 1, or min(SNR, 5) in terms of the clean image (min-snr).",
            "Hang et al., arXiv:2303.09556");

    private DiffusionKnobs() {}

    public static List<Knob<?>> all() {
        return List.of(PREDICTION, NOISE_SCHEDULE, TIMESTEP_SAMPLING, LOSS_WEIGHTING);
    }
}
