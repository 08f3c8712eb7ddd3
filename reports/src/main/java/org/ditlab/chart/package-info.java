/**
 * Pictures of a study. A chart is data first ({@link org.ditlab.chart.Chart}); {@link org.ditlab.chart.StudyCharts} says which
 * a study has. It is drawn from there by one piece of code with one of two pens: {@link org.ditlab.chart.ChartSvg} writes real
 * text and an id per point, {@link org.ditlab.chart.ChartPng} paints within axes laid out by XChart.
 * {@link org.ditlab.chart.SampleGrid} and {@link org.ditlab.chart.NearestPicture} show images.
 */
@NullMarked
package org.ditlab.chart;

import org.jspecify.annotations.NullMarked;
