package org.ditlab.metric;

/**
 * A confidence interval.
 *
 * @param level the share of intervals made this way that hold the true value, as 0.95
 * @param resamples replicates it was made of
 */
public record Interval(double low, double high, double level, int resamples) {}
