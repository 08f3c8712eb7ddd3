package org.ditlab.diffusion;

import org.ditlab.tensor.Tensor;

/**
 * The likelihood of 8-bit values under a Gaussian: its mass in the bin of 2 / 255 around each value; the outermost bins
 * reach to infinity. Source: Ho et al., arXiv:2006.11239, equation 13.
 */
final class DiscretizedGaussian {
    private static final double HALF_BIN = 1 / 255.0;
    private static final double FLOOR = 1e-12;
    /** Above every probability, rounding included, so that only the floor ever binds. */
    private static final double CEILING = 2;

    private DiscretizedGaussian() {}

    /** Log-likelihood in nats, element by element; x in [-1, 1]. */
    static Tensor logLikelihood(Tensor x, Tensor mean, Tensor logScale) {
        Tensor centred = x.sub(mean);
        Tensor inverse = logScale.neg().exp();
        Tensor upper = normalCdf(inverse.mul(centred.add(HALF_BIN)));
        Tensor lower = normalCdf(inverse.mul(centred.add(-HALF_BIN)));
        Tensor inside = safeLog(upper.sub(lower));
        Tensor below = x.less(x.mul(0).add(-0.999));
        Tensor above = x.mul(0).add(0.999).less(x);
        return below.where(safeLog(upper), above.where(safeLog(lower.neg().add(1)), inside));
    }

    private static Tensor safeLog(Tensor probability) {
        return probability.clamp(FLOOR, CEILING).log();
    }

    /** The tanh approximation of the standard normal distribution function. */
    private static Tensor normalCdf(Tensor x) {
        Tensor cubic = x.square().mul(0.044715).add(1).mul(x);
        return cubic.mul(Math.sqrt(2 / Math.PI)).tanh().add(1).mul(0.5);
    }
}
