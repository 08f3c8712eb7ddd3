/**
 * Gaussian diffusion: {@link org.ditlab.diffusion.GaussianDiffusion}, which the knobs of
 * {@link org.ditlab.diffusion.DiffusionKnobs} make. Samplers live in {@code diffusion.sampler}, one file each.
 */
@NullMarked
package org.ditlab.diffusion;

import org.jspecify.annotations.NullMarked;
