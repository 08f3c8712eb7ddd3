package org.ditlab.chart;

/**
 * A row of a paper as a point of a chart.
 *
 * @param convention what the paper's GMACs count, with the source's name; empty where the chart is not over GMACs
 */
record PublishedPoint(ScatterPoint point, String convention) {}
