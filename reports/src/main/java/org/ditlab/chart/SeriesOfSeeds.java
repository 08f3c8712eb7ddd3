package org.ditlab.chart;

import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import org.ditlab.summary.StudySummary;

/** Curves of several seeds drawn as one: mean, and as a band their range, at the places that all of them have. */
final class SeriesOfSeeds {
    private SeriesOfSeeds() {}

    static <K extends Number> LineSeries of(
            String id,
            String label,
            String description,
            List<NavigableMap<K, Double>> seeds,
            Style style,
            Subject subject) {
        TreeSet<K> places = new TreeSet<>(seeds.get(0).keySet());
        seeds.forEach(seed -> places.retainAll(seed.keySet()));
        double[] x = places.stream().mapToDouble(Number::doubleValue).toArray();
        double[] y = new double[x.length];
        double[] low = new double[x.length];
        double[] high = new double[x.length];
        int i = 0;
        for (K place : places) {
            double[] values =
                    seeds.stream().mapToDouble(seed -> seed.get(place)).toArray();
            y[i] = Arrays.stream(values).average().orElseThrow();
            low[i] = Arrays.stream(values).min().orElseThrow();
            high[i++] = Arrays.stream(values).max().orElseThrow();
        }
        return new LineSeries(id, label, x, y, low, high, style, false, description, subject);
    }

    /** {@code wide, 3 seeds}. */
    static String description(String name, int seeds) {
        return name + ", " + seeds + (seeds == 1 ? " seed" : " seeds");
    }

    /** An axis that holds every band. */
    static Axis y(String title, List<LineSeries> all) {
        return Axis.fitting(
                title,
                all.stream()
                        .flatMapToDouble(series -> DoubleStream.of(series.low()))
                        .min()
                        .orElseThrow(),
                all.stream()
                        .flatMapToDouble(series -> DoubleStream.of(series.high()))
                        .max()
                        .orElseThrow());
    }

    /** The largest place of any curve. */
    static double end(List<LineSeries> all) {
        return all.stream()
                .flatMapToDouble(series -> DoubleStream.of(series.x()))
                .max()
                .orElseThrow();
    }

    /** What every subtitle ends with: what is left out, and what is still to come. */
    static String remark(StudySummary study) {
        return study.leftOut() + (study.complete() ? "" : " Unfinished: " + study.progress() + ".");
    }

    /** How many curves the legend leaves out. */
    static int unnamed(List<LineSeries> all) {
        return Math.max(0, all.size() - LineChart.NAMED);
    }
}
