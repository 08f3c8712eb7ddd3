package org.ditlab.study;

/** A control of which it is not yet said where it starts: {@code control("Slim", ...).of("DiT-UNet")}. */
public record UnplacedControl(Change change) {
    /** The control that starts from this rung, or from {@code base}. */
    public Control of(String rung) {
        return new Control(change, rung);
    }
}
