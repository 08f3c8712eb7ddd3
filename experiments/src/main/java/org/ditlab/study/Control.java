package org.ditlab.study;

/**
 * A variant that is no rung but makes a rung readable, such as the U-DiT ladder's "Slim"; nothing stands on it.
 *
 * @param of the rung that it starts from, or {@code base}
 */
public record Control(Change change, String of) implements Step {}
