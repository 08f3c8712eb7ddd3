package org.ditlab.metric;

import org.ditlab.tensor.spi.Backend;

/**
 * The neighbourhoods of {@link PrecisionRecall}, of the reference only and without their border, by distances that are not
 * squared: density is the mean number, over k, of neighbourhoods a sample lies in, coverage the share of the reference with a
 * sample in its own. Source: Naeem et al. 2020, arXiv:2002.09797.
 *
 * @param density from 0, above 1 where samples crowd
 * @param coverage share of the reference
 */
public record DensityCoverage(double density, double coverage, int k) {
    /**
     * Compares two sets.
     *
     * @param reference real images' features
     * @param samples generated images' features, of the same extractor
     * @param k which neighbour's distance is the radius, the point itself not counted
     * @throws org.ditlab.study.StudyException when a set has no more than k vectors, the dimensions differ, or a feature is not
     *     finite
     */
    public static DensityCoverage of(Backend backend, Rows reference, Rows samples, int k) {
        Membership found = PrecisionRecall.membership(backend, reference, samples, k, PrecisionRecall.Form.EXACT, true);
        return new DensityCoverage(
                found.nearer().sum() / ((double) k * samples.count()), PrecisionRecall.share(found.covered()), k);
    }
}
