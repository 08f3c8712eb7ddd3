package org.ditlab.diffusion.sampler;

import java.util.Arrays;
import org.ditlab.diffusion.GaussianDiffusion;
import org.ditlab.diffusion.Prediction;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;

/** The walk from the noisiest step to the first that samplers fill in. */
final class ReverseProcess {
    private ReverseProcess() {}

    /** One step: from x_t and what the model says of it to x_{t-1}; at t = 0 to the image. */
    @FunctionalInterface
    interface Step {
        Tensor next(Tensor x, Prediction prediction, int t);
    }

    static Tensor run(ModelFunction model, GaussianDiffusion diffusion, Tensor start, boolean clip, Step step) {
        Backend backend = start.backend();
        Tensor x = backend.leaf(start, false);
        for (int t = diffusion.schedule().steps() - 1; t >= 0; t--) {
            try (Scope scope = backend.scope()) {
                backend.assign(x, step.next(x, look(model, diffusion, x, t, clip), t));
            }
        }
        return x;
    }

    /** One call of the model. */
    static Prediction look(ModelFunction model, GaussianDiffusion diffusion, Tensor x, int step, boolean clip) {
        int[] t = new int[x.dim(0)];
        Arrays.fill(t, step);
        Tensor output = model.apply(x, diffusion.told(x.backend(), t)).cast(DType.FLOAT32);
        return diffusion.predict(output, x, t, clip);
    }
}
