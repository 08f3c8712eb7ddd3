package org.ditlab.chart;

/**
 * How a part of a bar is filled.
 *
 * @param label for the legend
 * @param colour {@code #0072B2}
 */
public record Fill(String label, String colour, Hatch hatch) {}
