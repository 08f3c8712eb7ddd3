package org.ditlab.diffusion.sampler;

import org.ditlab.diffusion.GaussianDiffusion;
import org.ditlab.tensor.Tensor;

/** Draws images from noise. All samplers have this one signature; a new one is a new file and a line in {@link Samplers}. */
public interface Sampler {
    /**
     * Runs the reverse process from the noisiest step to the first.
     *
     * @param model labels and guidance applied
     * @param diffusion over the respaced schedule
     * @param start x_T, standard normal (N, C, H, W)
     * @param noise fresh noise of each step; a step that needs none must not ask
     * @param clip whether each predicted x_0 is limited to [-1, 1]
     * @return x_0 (N, C, H, W), in the scope that is innermost at the call
     */
    Tensor sample(ModelFunction model, GaussianDiffusion diffusion, Tensor start, StepNoise noise, boolean clip);

    /** Whether the image follows from the starting noise alone; then no other noise is asked for. */
    boolean deterministic();

    /** How often the model is called for an image; guidance makes every call twice as large. */
    default int evaluations(int steps) {
        return steps;
    }
}
