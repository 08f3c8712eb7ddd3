package org.ditlab.chart;

/** The shape of a point: told apart without colour. */
public enum Marker {
    CIRCLE,
    SQUARE,
    TRIANGLE_UP,
    DIAMOND,
    TRIANGLE_DOWN
}
