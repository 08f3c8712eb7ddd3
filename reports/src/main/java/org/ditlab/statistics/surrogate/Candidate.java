package org.ditlab.statistics.surrogate;

/**
 * A combination that was not tried.
 *
 * @param levels of every factor, by index
 * @param from the row that it differs from in one or two factors
 * @param mean what the forest predicts
 * @param disagreement standard deviation of its trees' predictions
 * @param score disagreement + max(0, lowest value so far - mean): what may be learned, and what may be won
 */
public record Candidate(int[] levels, int from, double mean, double disagreement, double score) {}
