/**
 * Samplers: one function type, {@link org.ditlab.diffusion.sampler.Sampler}, one file each. Numbered images with labels
 * and guidance come from {@link org.ditlab.diffusion.sampler.ImageSampler}.
 */
@NullMarked
package org.ditlab.diffusion.sampler;

import org.jspecify.annotations.NullMarked;
