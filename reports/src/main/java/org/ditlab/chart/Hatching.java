package org.ditlab.chart;

import java.util.ArrayList;
import java.util.List;

/** The lines of a {@link Hatch} within a rectangle. */
final class Hatching {
    private static final double STEP = 6;

    private Hatching() {}

    /** Each line as {x1, y1, x2, y2}, all within the rectangle. */
    static List<double[]> lines(Hatch hatch, double left, double top, double right, double bottom) {
        List<double[]> lines = new ArrayList<>();
        double width = right - left;
        double height = bottom - top;
        switch (hatch) {
            case NONE -> {}
            case UPRIGHT -> {
                for (double x = left + STEP / 2; x < right; x += STEP) {
                    lines.add(new double[] {x, top, x, bottom});
                }
            }
            case LEVEL -> {
                for (double y = top + STEP / 2; y < bottom; y += STEP) {
                    lines.add(new double[] {left, y, right, y});
                }
            }
            case RISING, FALLING -> {
                // x + y is constant on a rising line.
                for (double sum = STEP; sum < width + height; sum += STEP) {
                    double from = Math.max(0, sum - height);
                    double to = Math.min(width, sum);
                    boolean rising = hatch == Hatch.RISING;
                    lines.add(
                            rising
                                    ? new double[] {left + from, top + sum - from, left + to, top + sum - to}
                                    : new double[] {right - from, top + sum - from, right - to, top + sum - to});
                }
            }
            case CROSSED -> {
                lines.addAll(lines(Hatch.RISING, left, top, right, bottom));
                lines.addAll(lines(Hatch.FALLING, left, top, right, bottom));
            }
        }
        return lines;
    }
}
