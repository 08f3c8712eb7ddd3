package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Path;
import org.ditlab.knob.Settings;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.nn.StateDict;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.StageKind;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.train.SampledWeights;
import org.ditlab.weights.ModelFile;

/** A trained model as it samples. */
public final class TrainedModel {
    private TrainedModel() {}

    /**
     * Declares and loads a model, its branches of training folded, the unfolded weights freed; kept in the innermost scope.
     *
     * @throws IllegalArgumentException when the weights do not fit, naming what
     */
    public static Denoiser folded(Backend backend, Settings settings, StateDict weights) {
        try (Scope scope = backend.scope("load")) {
            Denoiser model = ModelZoo.build(settings);
            model.materialize(backend, new Streams(0));
            weights.load(model);
            Denoiser folded = model.folded();
            folded.keep(scope);
            return folded;
        }
    }

    /**
     * The model of a stage that uses a training.
     *
     * @param which of the weights that training ends with; a stage about a snapshot has the average of that step
     */
    static Denoiser folded(StageContext context, SampledWeights which) throws IOException {
        long step = context.stage().snapshot();
        Path file = context.upstream(StageKind.TRAIN).resolve(step == 0 ? which.file() : TrainStage.snapshot(step));
        StateDict weights = ModelFile.read(file);
        try {
            return folded(context.backend(), context.settings(), weights);
        } catch (IllegalArgumentException e) {
            throw new StudyException(file + ": " + e.getMessage());
        }
    }
}
