package org.ditlab.run;

import org.ditlab.knob.Settings;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.nn.StateDict;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;

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
}
