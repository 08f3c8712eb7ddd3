package org.ditlab.run;

import java.io.IOException;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.study.plan.StageKind;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.random.Streams;
import org.ditlab.weights.ModelFile;

/** Opens the averaged weights that a stage is about: those that training ended with, or those of a snapshot. */
final class TrainedModel {
    private TrainedModel() {}

    /** The trained model as it samples: branches of training folded, the unfolded weights freed. */
    static Denoiser folded(StageContext context) throws IOException {
        try (Scope scope = context.backend().scope("load")) {
            Denoiser model = ModelZoo.build(context.settings());
            model.materialize(context.backend(), new Streams(context.seed()));
            ModelFile.read(context.upstream(StageKind.TRAIN)
                            .resolve(TrainStage.model(context.stage().snapshot())))
                    .load(model);
            Denoiser folded = model.folded();
            folded.keep(scope);
            return folded;
        }
    }
}
