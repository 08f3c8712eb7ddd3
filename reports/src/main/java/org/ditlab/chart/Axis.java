package org.ditlab.chart;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.table.Figures;

/**
 * One axis of a chart: its range, scale and ticks.
 *
 * @param title with its unit
 * @param logarithmic base 10
 * @param min where the axis begins, above 0 on a logarithmic one
 * @param max where it ends
 * @param ticks rising, within the range
 */
public record Axis(String title, boolean logarithmic, double min, double max, List<Double> ticks) {
    private static final double LOGARITHMIC_FROM = 8;
    private static final double MARGIN = 0.06;
    private static final int TICKS = 6;

    /**
     * An axis for values in [low, high] with a margin on both sides; logarithmic where the largest is more than 8 times the
     * smallest, and both are above 0.
     */
    public static Axis fitting(String title, double low, double high) {
        return fitting(title, low, high, spans(low, high));
    }

    /** Whether values in [low, high] ask for a logarithmic axis. */
    public static boolean spans(double low, double high) {
        return low > 0 && high > LOGARITHMIC_FROM * low;
    }

    /** An axis for values in [low, high] on a given scale, with a margin on both sides. */
    public static Axis fitting(String title, double low, double high, boolean logarithmic) {
        double from = logarithmic ? Math.log10(low) : low;
        double to = logarithmic ? Math.log10(high) : high;
        double margin = to > from ? MARGIN * (to - from) : Math.max(Math.abs(to) * 0.1, 1e-9);
        boolean keepZero = !logarithmic && low >= 0 && from - margin < 0;
        double min = logarithmic ? Math.pow(10, from - margin) : keepZero ? 0 : from - margin;
        double max = logarithmic ? Math.pow(10, to + margin) : to + margin;
        return new Axis(title, logarithmic, min, max, logarithmic ? logTicks(min, max) : linearTicks(min, max));
    }

    /** The same range from 0 on a linear scale, without a margin at its end: what a count of steps asks for. */
    public static Axis counting(String title, double high) {
        double max = Math.max(high, 1);
        return new Axis(title, false, 0, max, linearTicks(0, max));
    }

    /** A linear axis from one value to another, without margins: what a scale of colours asks for. */
    public static Axis between(double low, double high) {
        return new Axis("", false, low, high, linearTicks(low, high));
    }

    /** Where a value lies: 0 at the beginning of the axis, 1 at its end. */
    public double fraction(double value) {
        return logarithmic
                ? (Math.log10(value) - Math.log10(min)) / (Math.log10(max) - Math.log10(min))
                : (value - min) / (max - min);
    }

    /** Whether a value lies on the axis, but for rounding. */
    public boolean holds(double value) {
        double rounding = 1e-9 * (max - min);
        return value >= min - rounding && value <= max + rounding;
    }

    /** The value, or the end of the axis that is nearest to it. */
    public double clamp(double value) {
        return Math.max(min, Math.min(max, value));
    }

    /** The label of a place on this axis: the number where a tick is, nothing elsewhere on a logarithmic axis. */
    public String label(double place) {
        boolean ticked = !logarithmic || ticks.stream().anyMatch(tick -> Math.abs(tick - place) <= 1e-9 * tick);
        return ticked ? text(place) : "";
    }

    /** The shortest plain number. */
    public static String text(double tick) {
        return Figures.plain(Double.parseDouble(String.format(java.util.Locale.ROOT, "%.6g", tick)));
    }

    private static List<Double> linearTicks(double min, double max) {
        double rough = (max - min) / TICKS;
        double decade = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = 10 * decade;
        for (double factor : new double[] {5, 2, 1}) {
            if (factor * decade >= rough) {
                step = factor * decade;
            }
        }
        List<Double> ticks = new ArrayList<>();
        for (long k = (long) Math.ceil(min / step - 1e-9); k * step <= max * (1 + 1e-12); k++) {
            ticks.add(k * step);
        }
        return List.copyOf(ticks);
    }

    private static List<Double> logTicks(double min, double max) {
        double decades = Math.log10(max / min);
        double[] few = decades < 3.2 ? new double[] {1, 2, 5} : new double[] {1};
        double[] factors = decades < 1.2 ? new double[] {1, 2, 3, 4, 5, 7} : few;
        List<Double> ticks = new ArrayList<>();
        for (int exponent = (int) Math.floor(Math.log10(min)); exponent <= Math.log10(max); exponent++) {
            for (double factor : factors) {
                double tick = factor * Math.pow(10, exponent);
                if (tick >= min && tick <= max) {
                    ticks.add(tick);
                }
            }
        }
        return List.copyOf(ticks);
    }
}
