/**
 * Pictures of a study. A chart is data first ({@link org.ditlab.chart.ScatterChart}, {@link org.ditlab.chart.LineChart},
 * {@link org.ditlab.chart.SampleGrid}) and is drawn twice from it: PNG by XChart ({@link org.ditlab.chart.PngWriter}), SVG
 * with real text and an id per point by {@link org.ditlab.chart.SvgScatter} and {@link org.ditlab.chart.SvgLines}. What is
 * drawn is decided by {@link org.ditlab.chart.GmacsVsFid}, {@link org.ditlab.chart.TrainingCurves} and {@link org.ditlab.chart.SnapshotCurves}.
 */
@NullMarked
package org.ditlab.chart;

import org.jspecify.annotations.NullMarked;
