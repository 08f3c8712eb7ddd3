package org.ditlab.statistics;

import java.util.OptionalInt;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.special.Gamma;

/** How many paired seeds a test needs. */
public final class SeedsNeeded {
    /** The chance of finding a difference that the estimates are made for. */
    public static final double POWER = 0.8;

    private static final int MOST = 10_000;
    private static final int INTERVALS = 300;
    private static final double SPREADS = 10;
    private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

    private SeedsNeeded() {}

    /** The fewest seeds with which an exact test over signs can reach a level: the smallest n with 2 / 2^n at or below it. */
    public static int bySigns(double level) {
        int n = 1;
        while (SignFlipTest.smallest(n) > level) {
            n++;
        }
        return n;
    }

    /**
     * The fewest seeds with which the two-sided paired t test finds an effect with a chance of {@value #POWER}; empty where that
     * is more than 10 000.
     *
     * @param effect the mean difference in units of the differences' standard deviation, either sign
     * @param level of the test, 0.05, or less where comparisons are corrected
     */
    public static OptionalInt byStudent(double effect, double level) {
        double size = Math.abs(effect);
        if (!Double.isFinite(size) || size == 0) {
            return OptionalInt.empty();
        }
        double z = NORMAL.inverseCumulativeProbability(1 - level / 2) + NORMAL.inverseCumulativeProbability(POWER);
        double guess = z * z / (size * size);
        if (guess > MOST) {
            return OptionalInt.empty();
        }
        int n = Math.max(2, (int) guess);
        while (n > 2 && power(n - 1, size, level) >= POWER) {
            n--;
        }
        while (power(n, size, level) < POWER) {
            n++;
        }
        return n > MOST ? OptionalInt.empty() : OptionalInt.of(n);
    }

    /**
     * The chance that the two-sided paired t test finds an effect: P(|T| > t(n - 1, 1 - level / 2)) with T noncentral t of
     * noncentrality effect * sqrt(n), integrated over the standard deviation by Simpson's rule.
     */
    public static double power(int n, double effect, double level) {
        int freedom = n - 1;
        double critical = new TDistribution(null, freedom).inverseCumulativeProbability(1 - level / 2);
        double shift = effect * Math.sqrt(n);
        double spread = SPREADS / Math.sqrt(2.0 * freedom);
        double from = Math.max(0, 1 - spread);
        double step = (1 + spread - from) / INTERVALS;
        double half = freedom / 2.0;
        double scale = Math.log(2) + half * Math.log(half) - Gamma.logGamma(half);
        double sum = 0;
        for (int i = 0; i <= INTERVALS; i++) {
            double s = from + i * step;
            double weight = i == 0 || i == INTERVALS ? 1 : i % 2 == 1 ? 4 : 2;
            double power = freedom == 1 ? 0 : (freedom - 1) * Math.log(s);
            double density = s == 0 && freedom > 1 ? 0 : Math.exp(scale + power - half * s * s);
            double beyond = NORMAL.cumulativeProbability(shift - critical * s)
                    + NORMAL.cumulativeProbability(-shift - critical * s);
            sum += weight * density * beyond;
        }
        return Math.min(1, sum * step / 3);
    }
}
