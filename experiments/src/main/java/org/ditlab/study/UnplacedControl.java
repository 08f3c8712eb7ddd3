package org.ditlab.study;

/** A control of which it is not yet said where it starts: {@code control("Slim", ...).of("DiT-UNet")}. */
public record UnplacedControl(Change change) {
    /** This control with a knob solved so that its cost meets another. */
    public UnplacedControl matching(Match match) {
        return new UnplacedControl(change.matching(match));
    }

    /** The control that starts from this rung, or from {@code base}. */
    public Control of(String rung) {
        return new Control(change, rung);
    }
}
