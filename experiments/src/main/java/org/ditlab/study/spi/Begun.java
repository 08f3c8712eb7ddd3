package org.ditlab.study.spi;

/**
 * How far a training is that is not done.
 *
 * @param stage the id of the stage that left the state: its own, or that of a shorter training which it continues
 * @param step steps that need not be done again
 */
public record Begun(String stage, long step) {}
