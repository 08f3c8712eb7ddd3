/** Gaussian diffusion as DiT trains with it: {@link org.ditlab.diffusion.GaussianDiffusion}. Samplers live in {@code diffusion.sampler}, one file each. */
@NullMarked
package org.ditlab.diffusion;

import org.jspecify.annotations.NullMarked;
