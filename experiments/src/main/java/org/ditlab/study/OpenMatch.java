package org.ditlab.study;

import org.ditlab.knob.Knob;

/** A match of which it is not yet said what to solve: {@code gmacsOf("base").within(2, PERCENT).solving(WIDTH)}. */
public record OpenMatch(MatchTarget target, double percent) {
    /** The match that solves this knob, one of {@link Match#SOLVABLE}. */
    public Match solving(Knob<?> knob) {
        return new Match(target, percent, knob);
    }
}
