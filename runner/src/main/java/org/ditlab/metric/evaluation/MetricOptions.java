package org.ditlab.metric.evaluation;

import org.ditlab.metric.PrecisionRecall;
import org.ditlab.metric.SplitRule;
import org.jspecify.annotations.Nullable;

/**
 * What a suite leaves open, or what is wanted otherwise than it has it.
 *
 * @param nearest k of precision and recall
 * @param neighbours the form of precision and recall, or null for the suite's
 * @param splits blocks of the inception score, or null for the suite's
 * @param resamples of the bootstrap, 0 for none
 * @param seed of the bootstrap and of FID-infinity
 * @param neighboursOf reference images among which neighbours are looked for, the first ones; 0 for all
 * @param perClass whether the FID of each class is wanted
 */
public record MetricOptions(
        int nearest,
        PrecisionRecall.@Nullable Form neighbours,
        @Nullable Integer splits,
        int resamples,
        long seed,
        int neighboursOf,
        boolean perClass) {
    /** Below, an interval of 95 % has no outermost resamples to lie between. */
    public static final int FEWEST_RESAMPLES = 40;

    /** As the suites have it. */
    public static final MetricOptions USUAL = new MetricOptions(PrecisionRecall.NEIGHBOURS, null, null, 0, 1, 0, false);

    /** The blocks of the inception score. */
    SplitRule splits(Suite suite) {
        SplitRule own = suite.splits();
        return splits == null ? own : new SplitRule(SplitRule.Form.SPLITS, splits, own.shuffleSeed());
    }
}
