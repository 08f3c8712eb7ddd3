package org.ditlab.diffusion.sampler;

import java.util.Arrays;
import org.ditlab.diffusion.GaussianDiffusion;
import org.ditlab.diffusion.Prediction;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;

/** The walk from the noisiest step to the first, one model call a step, that samplers fill in. */
final class ReverseProcess {
    private ReverseProcess() {}

    /** One step: from x_t and what the model says of it to x_{t-1}. */
    @FunctionalInterface
    interface Step {
        Tensor next(Tensor x, Prediction prediction, int t);
    }

    static Tensor run(ModelFunction model, GaussianDiffusion diffusion, Tensor start, boolean clip, Step step) {
        Backend backend = start.backend();
        Tensor x = backend.leaf(start, false);
        int[] t = new int[start.dim(0)];
        for (int i = diffusion.schedule().steps() - 1; i >= 0; i--) {
            Arrays.fill(t, i);
            try (Scope scope = backend.scope()) {
                Tensor output = model.apply(x, diffusion.told(backend, t)).cast(DType.FLOAT32);
                backend.assign(x, step.next(x, diffusion.predict(output, x, t, clip), i));
            }
        }
        return x;
    }
}
