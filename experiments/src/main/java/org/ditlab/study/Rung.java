package org.ditlab.study;

/** A step that the following rungs stand on. */
public record Rung(Change change) implements Step {
    /** This rung with a knob solved so that its cost meets another. */
    public Rung matching(Match match) {
        return new Rung(change.matching(match));
    }

    /** This rung, with which other rungs are left out. */
    public Rung with(String... rungs) {
        return new Rung(change.with(rungs));
    }
}
