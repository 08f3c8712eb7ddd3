package org.ditlab.run.estimate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Seconds by arithmetic, from measurements of other sizes. Between two measured sizes it runs straight from one to the
 * other, so that the nearest count most; outside them it follows {@code seconds = a + macs / rate}, fitted over all by the
 * least sum of squared relative errors, {@code a >= 0}. It never falls: measurements that do are pooled to their geometric mean
 * (pool adjacent violators).
 */
final class TimeCurve {
    /** Sizes closer together than this tell noise, not a fixed cost. */
    private static final double SPAN = 2;

    private final List<Point> knots;
    private final double fixed;
    private final double perMac;

    /** A measurement: seconds of so much arithmetic, both above 0. */
    record Point(double macs, double seconds) {}

    /** Through measurements, at least one. */
    TimeCurve(List<Point> measured) {
        List<Point> sorted = measured.stream()
                .sorted(Comparator.comparingDouble(Point::macs))
                .toList();
        knots = pooled(sorted);
        double uu = 0;
        double uv = 0;
        double vv = 0;
        double u = 0;
        double v = 0;
        double scale = sorted.get(sorted.size() - 1).macs;
        for (Point point : sorted) {
            double one = 1 / point.seconds;
            double size = point.macs / scale / point.seconds;
            uu += one * one;
            uv += one * size;
            vv += size * size;
            u += one;
            v += size;
        }
        double determinant = uu * vv - uv * uv;
        double a = (u * vv - v * uv) / determinant;
        double b = (v * uu - u * uv) / determinant;
        boolean affine = scale >= SPAN * sorted.get(0).macs && a > 0 && b > 0;
        fixed = affine ? a : 0;
        perMac = (affine ? b : v / vv) / scale;
    }

    double seconds(double macs) {
        Point first = knots.get(0);
        Point last = knots.get(knots.size() - 1);
        if (macs <= first.macs) {
            return first.seconds * fit(macs) / fit(first.macs);
        }
        if (macs >= last.macs) {
            return last.seconds * fit(macs) / fit(last.macs);
        }
        int next = 1;
        while (knots.get(next).macs < macs) {
            next++;
        }
        Point from = knots.get(next - 1);
        Point to = knots.get(next);
        return from.seconds + (to.seconds - from.seconds) * ((macs - from.macs) / (to.macs - from.macs));
    }

    private double fit(double macs) {
        return fixed + perMac * macs;
    }

    /** One knot for each distinct size, never falling. */
    private static List<Point> pooled(List<Point> sorted) {
        List<List<Point>> pools = new ArrayList<>();
        for (Point point : sorted) {
            List<Point> pool = new ArrayList<>(List.of(point));
            while (!pools.isEmpty()
                    && (mean(pools.get(pools.size() - 1)) > mean(pool)
                            || pools.get(pools.size() - 1).get(0).macs == point.macs)) {
                pool.addAll(0, pools.remove(pools.size() - 1));
            }
            pools.add(pool);
        }
        List<Point> knots = new ArrayList<>();
        for (List<Point> pool : pools) {
            double mean = mean(pool);
            pool.stream().mapToDouble(Point::macs).distinct().forEach(macs -> knots.add(new Point(macs, mean)));
        }
        return knots;
    }

    private static double mean(List<Point> pool) {
        return Math.exp(
                pool.stream().mapToDouble(point -> Math.log(point.seconds)).sum() / pool.size());
    }
}
