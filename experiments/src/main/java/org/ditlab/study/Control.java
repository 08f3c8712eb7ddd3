package org.ditlab.study;

/**
 * A variant that is no rung but makes a rung readable, such as the U-DiT ladder's "Slim"; nothing stands on it.
 *
 * @param of the rung that it starts from, or {@code base}
 */
public record Control(Change change, String of) implements Step {
    /** This control with a knob solved so that its cost meets another. */
    public Control matching(Match match) {
        return new Control(change.matching(match), of);
    }
}
