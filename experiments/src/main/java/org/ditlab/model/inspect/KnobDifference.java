package org.ditlab.model.inspect;

/** A knob that two models set differently; the values as they stand in a study. */
public record KnobDifference(String knob, Object from, Object to) {}
