package org.ditlab.diffusion.sampler;

import org.ditlab.tensor.Tensor;

/** The model as a sampler sees it: labels and guidance are already applied. */
@FunctionalInterface
public interface ModelFunction {
    /**
     * The model's output.
     *
     * @param x (N, C, H, W)
     * @param t (N), timesteps of the training schedule
     */
    Tensor apply(Tensor x, Tensor t);
}
