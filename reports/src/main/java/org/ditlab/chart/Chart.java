package org.ditlab.chart;

/** What is drawn, as data: one model, which SVG, PNG and PDF are written from. */
public sealed interface Chart permits ScatterChart, LineChart, BarChart, HeatMap {
    /** The stem of its files, and the prefix of every id in the SVG. */
    String id();

    /** What is shown. */
    String title();

    /** Protocol, and the meaning of bars, bands and smoothing: one line. */
    String subtitle();
}
