package org.ditlab.study.plan;

import org.ditlab.study.Match;
import org.ditlab.study.solve.Candidate;

/**
 * What a match came to.
 *
 * @param variant the variant whose knob was solved
 * @param match what was asked for
 * @param solution the value that was found, which is among the variant's settings, and its cost
 * @param target the cost that was to be met, in multiply-accumulates
 */
public record SolvedMatch(String variant, Match match, Candidate solution, long target) {
    /** How far the solved cost is from the target, in percent of it. */
    public double deviationPercent() {
        return solution.deviationPercent(target);
    }

    /** {@code Slim: width = 36 solved, 0.9051 GMACs, target 0.9100 (-0.54 %)}. */
    public String sentence() {
        return variant + ": " + solution.value() + " solved, " + Candidate.gmacs(solution.macs()) + " GMACs, target "
                + Candidate.gmacs(target) + " (" + Candidate.signed(deviationPercent()) + ")";
    }
}
