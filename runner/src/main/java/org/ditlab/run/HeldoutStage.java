package org.ditlab.run;

import java.io.IOException;
import java.util.Map;
import org.ditlab.data.DataSets;
import org.ditlab.data.Dataset;
import org.ditlab.data.Split;
import org.ditlab.diffusion.GaussianDiffusion;
import org.ditlab.knob.Settings;
import org.ditlab.metric.evaluation.MeasureKnobs;
import org.ditlab.model.Denoiser;
import org.ditlab.study.plan.StageKind;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.train.HeldOutLoss;
import org.ditlab.train.Modes;
import org.ditlab.train.SampledWeights;

/** Measures the loss of a trial's averaged weights on held-out samples; a cut attempt begins anew. */
public final class HeldoutStage implements StageRunner {
    @Override
    public StageKind kind() {
        return StageKind.HELDOUT;
    }

    @Override
    public StageResult run(StageContext context) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Backend backend = context.backend();
        try (Scope root = backend.scope("held-out");
                Modes modes = new Modes(backend, context.settings())) {
            HeldOutLoss loss = of(context, TrainedModel.folded(context, SampledWeights.AVERAGE));
            String text = "loss of " + loss.images() + " held-out images";
            Map<String, Object> metrics =
                    loss.measure(done -> context.progress(done, loss.draws(), text), context::stopRequested);
            return new StageResult(metrics, Map.of("heldout.seconds", (System.nanoTime() - start) / 1e9), Map.of());
        }
    }

    /** The measurement for a model of the trial, in whose modes it is made. */
    static HeldOutLoss of(StageContext context, Denoiser model) throws IOException {
        Settings settings = context.settings();
        Dataset data = DataSets.open(settings, context.files().data(), Split.TEST);
        GaussianDiffusion diffusion = GaussianDiffusion.of(settings, model.learnsSigma());
        int images = settings.get(MeasureKnobs.HELD_OUT_IMAGES);
        return new HeldOutLoss(context.backend(), model, diffusion, data, images);
    }
}
