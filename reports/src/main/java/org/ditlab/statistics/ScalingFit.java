package org.ditlab.statistics;

import java.util.Arrays;

/**
 * The curve loss = a * cost^-b + c through some points, with a, b and c not negative.
 *
 * <p>Least squares over the points, none weighted: for a given b the best a and c follow linearly, and b is searched between {@value
 * #LEAST} and {@value #MOST}. The intervals are profile likelihood's at 95 %: all values of a parameter for which, the other
 * two fitted anew, the squared residuals stay at or below S * (1 + F(1, n - 3; 0.95) / (n - 3)), S being the fit's. Source of the
 * form: Hestness et al., arXiv:1712.00409; of the intervals: Bates and Watts, Nonlinear regression analysis, 1988, section 6.1.
 *
 * @param n how many points
 * @param a what the part that can be bought costs at cost 1; 0 where the points do not fall
 * @param b the exponent
 * @param c what no cost gets below
 * @param intervalOfA infinite where the points bound it on one side only
 * @param intervalOfB as of a; 0 below and infinite above stand for beyond what was searched
 * @param intervalOfC as of a
 * @param residual standard deviation of the residuals, sqrt(S / (n - 3))
 * @param explained 1 - S / sum of squares around the mean; NaN where all values are equal
 */
public record ScalingFit(
        int n,
        double a,
        double b,
        double c,
        Interval intervalOfA,
        Interval intervalOfB,
        Interval intervalOfC,
        double residual,
        double explained) {
    /** Fewer different costs do not determine three parameters with anything left over. */
    public static final int FEWEST = 4;

    static final double LEAST = 0.01;
    static final double MOST = 10;
    private static final double NEAR = 0.01;

    /**
     * The fit of some points.
     *
     * @param cost above 0
     * @param loss as many
     * @throws IllegalArgumentException when there are fewer than {@value #FEWEST} different costs, or one is not above 0
     */
    public static ScalingFit of(double[] cost, double[] loss) {
        if (Arrays.stream(cost).distinct().count() < FEWEST) {
            throw new IllegalArgumentException(
                    "a fit of three parameters needs at least " + FEWEST + " different costs");
        }
        ScalingSquares squares = new ScalingSquares(cost, loss);
        double b = squares.best((exponent) -> squares.free(exponent).squares());
        ScalingSquares.Curve curve = squares.free(b);
        int freedom = cost.length - 3;
        double total = squares.around();
        ScalingProfile profile = new ScalingProfile(squares, curve, b);
        return new ScalingFit(
                cost.length,
                curve.a(),
                b,
                curve.c(),
                profile.ofA(),
                profile.ofB(),
                profile.ofC(),
                Math.sqrt(curve.squares() / freedom),
                total == 0 ? Double.NaN : 1 - curve.squares() / total);
    }

    /** Whether more cost buys anything at all. */
    public boolean falls() {
        return a > 0;
    }

    /** Whether the best exponent is the smallest or the largest that is searched. */
    public boolean atLimit() {
        return b < LEAST * (1 + NEAR) || b > MOST * (1 - NEAR);
    }

    /** The curve's value at a cost. */
    public double at(double cost) {
        return a * Math.pow(cost, -b) + c;
    }
}
