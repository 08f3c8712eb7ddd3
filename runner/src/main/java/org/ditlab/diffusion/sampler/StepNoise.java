package org.ditlab.diffusion.sampler;

import org.ditlab.tensor.Tensor;

/** Fresh standard normal noise for a sampling step; belongs to the images' indices, not to the batch. */
@FunctionalInterface
public interface StepNoise {
    /** Noise (N, C, H, W) for the step at schedule index t. */
    Tensor at(int t);
}
