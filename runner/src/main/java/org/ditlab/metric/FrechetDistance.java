package org.ditlab.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.ditlab.study.StudyException;

/**
 * A Frechet distance and what it is made of:
 * {@code meanTerm + referenceTrace + sampleTrace - 2 rootTrace}.
 *
 * @param meanTerm {@code |m1 - m2|^2}
 * @param referenceTrace {@code tr(S1)}
 * @param sampleTrace {@code tr(S2)}
 * @param rootTrace {@code tr((S1 S2)^(1/2))}
 * @param route how the trace of the root was found
 * @param dimensions d
 * @param referenceCount images of the reference; empty where nobody knows
 * @param sampleCount images among the samples; empty where nobody knows
 * @param referenceRank of the reference's covariance; below d it is singular
 * @param sampleRank of the samples' covariance
 */
public record FrechetDistance(
        double meanTerm,
        double referenceTrace,
        double sampleTrace,
        double rootTrace,
        RootTraceRoute route,
        int dimensions,
        OptionalLong referenceCount,
        OptionalLong sampleCount,
        int referenceRank,
        int sampleRank) {
    /** A negative result within this part of the traces is rounding in float64. */
    private static final double ROUNDING = 1e-10;

    /** The same for statistics that were rounded to float32 in a file. */
    private static final double FILE_ROUNDING = 1e-5;

    /** The distance; 0 for equal statistics, never negative. */
    public double value() {
        double distance = raw();
        if (distance < -FILE_ROUNDING * (referenceTrace + sampleTrace)) {
            throw new StudyException("the Frechet distance comes out as " + distance
                    + ", which no covariances give; make the statistics anew");
        }
        return Math.max(0, distance);
    }

    private double raw() {
        return meanTerm + (referenceTrace + sampleTrace - 2 * rootTrace);
    }

    /** The same with another mean term: that of {@link SequentialMean}, for a comparison to the last digit. */
    public FrechetDistance withMeanTerm(double other) {
        return new FrechetDistance(
                other,
                referenceTrace,
                sampleTrace,
                rootTrace,
                route,
                dimensions,
                referenceCount,
                sampleCount,
                referenceRank,
                sampleRank);
    }

    /** What a reader should know of this number; empty where there is nothing to say. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (raw() < -ROUNDING * (referenceTrace + sampleTrace)) {
            warnings.add("below 0 by what was rounded in the statistics' file, and taken as 0");
        }
        boolean few = few(referenceCount);
        if (few || few(sampleCount)) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "%s for %d dimensions, so that a covariance is singular and the distance biased upwards; compare equal"
                            + " counts only",
                    few && few(sampleCount)
                            ? referenceCount.getAsLong() + " reference images and " + sampleCount.getAsLong()
                                    + " samples"
                            : few
                                    ? referenceCount.getAsLong() + " reference images"
                                    : sampleCount.getAsLong() + " samples",
                    dimensions));
        }
        return warnings;
    }

    private boolean few(OptionalLong count) {
        return count.isPresent() && count.getAsLong() <= dimensions;
    }
}
