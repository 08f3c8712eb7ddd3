/** Samplers: one function type, {@link org.ditlab.diffusion.sampler.Sampler}, one file each. */
@NullMarked
package org.ditlab.diffusion.sampler;

import org.jspecify.annotations.NullMarked;
