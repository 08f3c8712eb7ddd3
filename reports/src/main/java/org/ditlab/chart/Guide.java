package org.ditlab.chart;

/** A dashed horizontal line, or where it lies beyond the axis, a note at the axis's end. */
public record Guide(String id, String label, double y) {}
