package org.ditlab.statistics;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.distribution.FDistribution;

/** Profile likelihood intervals of a {@link ScalingFit}: outward from the fit until the squares pass the limit. */
final class ScalingProfile {
    private static final int SCANS = 60;
    private static final int BISECTIONS = 40;
    /** So many times larger or smaller than the fit's an a is looked for. */
    private static final double WIDEST = 1e6;

    private final ScalingSquares squares;
    private final ScalingSquares.Curve fit;
    private final double b;
    private final double limit;

    ScalingProfile(ScalingSquares squares, ScalingSquares.Curve fit, double b) {
        this.squares = squares;
        this.fit = fit;
        this.b = b;
        int freedom = squares.n() - 3;
        double quantile = new FDistribution(null, 1, freedom).inverseCumulativeProbability(Estimate.LEVEL);
        // What rounding leaves of an exact fit must not decide.
        this.limit = fit.squares() * (1 + quantile / freedom) + 1e-24 * squares.largest() * squares.largest();
    }

    Interval ofA() {
        if (fit.a() == 0) {
            return new Interval(0, Double.POSITIVE_INFINITY);
        }
        DoubleUnaryOperator profile = log -> {
            double a = Math.exp(log);
            return squares.scaled(squares.best(exponent -> squares.scaled(exponent, a).squares()), a)
                    .squares();
        };
        double start = Math.log(fit.a());
        double down = crossing(profile, start, start - Math.log(WIDEST));
        double up = crossing(profile, start, start + Math.log(WIDEST));
        return new Interval(
                Double.isNaN(down) ? 0 : Math.exp(down), Double.isNaN(up) ? Double.POSITIVE_INFINITY : Math.exp(up));
    }

    Interval ofB() {
        DoubleUnaryOperator profile = log -> squares.free(Math.exp(log)).squares();
        double start = Math.log(b);
        double down = crossing(profile, start, Math.log(ScalingFit.LEAST));
        double up = crossing(profile, start, Math.log(ScalingFit.MOST));
        return new Interval(
                Double.isNaN(down) ? 0 : Math.exp(down), Double.isNaN(up) ? Double.POSITIVE_INFINITY : Math.exp(up));
    }

    Interval ofC() {
        DoubleUnaryOperator profile = c -> squares.floored(
                        squares.best(exponent -> squares.floored(exponent, c).squares()), c)
                .squares();
        double down = crossing(profile, fit.c(), 0);
        double up = crossing(profile, fit.c(), squares.largest());
        return new Interval(Double.isNaN(down) ? 0 : down, Double.isNaN(up) ? Double.POSITIVE_INFINITY : up);
    }

    /** Where the profile first passes the limit on the way; NaN where it never does. */
    private double crossing(DoubleUnaryOperator profile, double from, double to) {
        double within = from;
        for (int i = 1; i <= SCANS; i++) {
            double next = from + (to - from) * i / SCANS;
            if (profile.applyAsDouble(next) > limit) {
                double beyond = next;
                for (int j = 0; j < BISECTIONS; j++) {
                    double middle = (within + beyond) / 2;
                    if (profile.applyAsDouble(middle) > limit) {
                        beyond = middle;
                    } else {
                        within = middle;
                    }
                }
                return within;
            }
            within = next;
        }
        return Double.NaN;
    }
}
