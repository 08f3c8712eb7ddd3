package org.ditlab.chart;

/**
 * A piece of a bar between two values.
 *
 * @param fill index into the chart's fills
 */
public record BarPart(double from, double to, int fill) {}
