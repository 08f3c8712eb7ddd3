package org.ditlab.statistics;

/**
 * From the lower to the upper bound of what a number may be.
 *
 * @param lower may be negative infinity
 * @param upper may be infinity
 */
public record Interval(double lower, double upper) {
    /** Whether a value lies within; the bounds do. */
    public boolean holds(double value) {
        return lower <= value && value <= upper;
    }
}
