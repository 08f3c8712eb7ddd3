package org.ditlab.statistics;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Squared residuals of a * cost^-b + c around some points, for a given b and perhaps a given a or c. */
final class ScalingSquares {
    private static final int GRID = 60;
    private static final int STEPS = 60;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    private final double[] logs;
    private final double[] loss;
    /** Mean logarithm of the costs: powers are taken relative to it, so that they stay near 1. */
    private final double middle;

    /** A curve of a given b. */
    record Curve(double a, double c, double squares) {}

    ScalingSquares(double[] cost, double[] loss) {
        this.logs = Arrays.stream(cost)
                .map(value -> {
                    if (!(value > 0)) {
                        throw new IllegalArgumentException("a cost of " + value + "; expected more than 0");
                    }
                    return Math.log(value);
                })
                .toArray();
        this.loss = loss.clone();
        this.middle = Arrays.stream(logs).average().orElse(0);
    }

    int n() {
        return loss.length;
    }

    double largest() {
        return Arrays.stream(loss).max().orElse(0);
    }

    /** Squares around the mean. */
    double around() {
        double mean = Arrays.stream(loss).average().orElse(0);
        return Arrays.stream(loss).map(y -> (y - mean) * (y - mean)).sum();
    }

    /** The best a and c, neither below 0. */
    Curve free(double b) {
        double[] power = powers(b);
        double meanPower = Arrays.stream(power).average().orElse(0);
        double meanLoss = Arrays.stream(loss).average().orElse(0);
        double cross = 0;
        double spread = 0;
        for (int i = 0; i < loss.length; i++) {
            cross += (power[i] - meanPower) * (loss[i] - meanLoss);
            spread += (power[i] - meanPower) * (power[i] - meanPower);
        }
        double slope = Math.max(0, cross / spread);
        double c = meanLoss - slope * meanPower;
        return c < 0 ? floored(b, 0) : curve(power, slope, c, b);
    }

    /** The best a, not below 0, for a given c. */
    Curve floored(double b, double c) {
        double[] power = powers(b);
        double cross = 0;
        double square = 0;
        for (int i = 0; i < loss.length; i++) {
            cross += power[i] * (loss[i] - c);
            square += power[i] * power[i];
        }
        return curve(power, Math.max(0, cross / square), c, b);
    }

    /** The best c, not below 0, for a given a. */
    Curve scaled(double b, double a) {
        double[] power = powers(b);
        double slope = a * Math.exp(-b * middle);
        double sum = 0;
        for (int i = 0; i < loss.length; i++) {
            sum += loss[i] - slope * power[i];
        }
        return curve(power, slope, Math.max(0, sum / loss.length), b);
    }

    /** The b with the fewest squares: the best of a logarithmic grid, then golden sections around it. */
    double best(DoubleUnaryOperator squares) {
        double from = Math.log(ScalingFit.LEAST);
        double step = (Math.log(ScalingFit.MOST) - from) / GRID;
        int least = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (int i = 0; i <= GRID; i++) {
            double value = squares.applyAsDouble(Math.exp(from + i * step));
            if (value < smallest) {
                smallest = value;
                least = i;
            }
        }
        double low = from + Math.max(0, least - 1) * step;
        double high = from + Math.min(GRID, least + 1) * step;
        double left = high - GOLDEN * (high - low);
        double right = low + GOLDEN * (high - low);
        double atLeft = squares.applyAsDouble(Math.exp(left));
        double atRight = squares.applyAsDouble(Math.exp(right));
        for (int i = 0; i < STEPS; i++) {
            if (atLeft <= atRight) {
                high = right;
                right = left;
                atRight = atLeft;
                left = high - GOLDEN * (high - low);
                atLeft = squares.applyAsDouble(Math.exp(left));
            } else {
                low = left;
                left = right;
                atLeft = atRight;
                right = low + GOLDEN * (high - low);
                atRight = squares.applyAsDouble(Math.exp(right));
            }
        }
        return Math.exp((low + high) / 2);
    }

    private double[] powers(double b) {
        double[] powers = new double[logs.length];
        for (int i = 0; i < powers.length; i++) {
            powers[i] = Math.exp(-b * (logs[i] - middle));
        }
        return powers;
    }

    private Curve curve(double[] power, double slope, double c, double b) {
        double squares = 0;
        for (int i = 0; i < loss.length; i++) {
            double residual = loss[i] - slope * power[i] - c;
            squares += residual * residual;
        }
        return new Curve(slope * Math.exp(b * middle), c, squares);
    }
}
