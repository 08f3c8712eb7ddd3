package org.ditlab.chart;

/** The lines over a bar's colour: told apart in grey. */
public enum Hatch {
    NONE,
    RISING,
    FALLING,
    UPRIGHT,
    LEVEL,
    CROSSED
}
