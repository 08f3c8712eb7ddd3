package org.ditlab.data;

import java.util.Locale;

/**
 * The ten classes of the built-in set, each a plane figure within the unit circle, given by its signed distance: negative
 * inside, positive outside, in units of the figure's radius; y points down. Source of the elementary distances: I. Quilez,
 * "2D distance functions".
 */
enum Figure {
    DISC {
        @Override
        double distance(double x, double y) {
            return length(x, y) - 0.9;
        }
    },
    SQUARE {
        @Override
        double distance(double x, double y) {
            return box(x, y, 0.8, 0.8);
        }
    },
    TRIANGLE {
        @Override
        double distance(double x, double y) {
            return polygon(x, y, TRIANGLE_CORNERS);
        }
    },
    RING {
        @Override
        double distance(double x, double y) {
            return Math.abs(length(x, y) - 0.76) - 0.2;
        }
    },
    CROSS {
        @Override
        double distance(double x, double y) {
            return Math.min(box(x, y, 0.95, 0.28), box(x, y, 0.28, 0.95));
        }
    },
    STAR {
        @Override
        double distance(double x, double y) {
            return polygon(x, y, STAR_CORNERS);
        }
    },
    DIAMOND {
        @Override
        double distance(double x, double y) {
            return polygon(x, y, DIAMOND_CORNERS);
        }
    },
    BARS {
        @Override
        double distance(double x, double y) {
            return box(x, Math.abs(y) - 0.52, 0.9, 0.26);
        }
    },
    HALF_DISC {
        @Override
        double distance(double x, double y) {
            return Math.max(length(x, y + 0.4) - 1, -(y + 0.4));
        }
    },
    ARROW {
        @Override
        double distance(double x, double y) {
            return polygon(x, y, ARROW_CORNERS);
        }
    };

    private static final double[] TRIANGLE_CORNERS = {0, -1, 0.95, 0.75, -0.95, 0.75};
    private static final double[] DIAMOND_CORNERS = {0, -1, 0.56, 0, 0, 1, -0.56, 0};
    private static final double[] STAR_CORNERS = star();
    private static final double[] ARROW_CORNERS = {
        1, 0, 0.15, -0.8, 0.15, -0.28, -0.95, -0.28, -0.95, 0.28, 0.15, 0.28, 0.15, 0.8
    };

    /** Signed distance of a point to the figure's edge. */
    abstract double distance(double x, double y);

    /** The class's name, {@code half-disc}. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static double[] star() {
        double[] corners = new double[20];
        for (int i = 0; i < 10; i++) {
            double radius = i % 2 == 0 ? 1.05 : 0.42;
            double angle = Math.PI * i / 5;
            corners[2 * i] = radius * StrictMath.sin(angle);
            corners[2 * i + 1] = -radius * StrictMath.cos(angle);
        }
        return corners;
    }

    private static double length(double x, double y) {
        return Math.sqrt(x * x + y * y);
    }

    private static double box(double x, double y, double halfWidth, double halfHeight) {
        double dx = Math.abs(x) - halfWidth;
        double dy = Math.abs(y) - halfHeight;
        return length(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0);
    }

    /** Corners are x, y alternating; the sign is by the even-odd rule. */
    private static double polygon(double x, double y, double[] corners) {
        double nearest = Double.POSITIVE_INFINITY;
        boolean inside = false;
        int last = corners.length - 2;
        for (int i = 0; i < corners.length; last = i, i += 2) {
            double x0 = corners[last];
            double y0 = corners[last + 1];
            double ex = corners[i] - x0;
            double ey = corners[i + 1] - y0;
            double along = ((x - x0) * ex + (y - y0) * ey) / (ex * ex + ey * ey);
            double t = Math.min(1, Math.max(0, along));
            double dx = x - x0 - t * ex;
            double dy = y - y0 - t * ey;
            nearest = Math.min(nearest, dx * dx + dy * dy);
            if ((y0 > y) != (corners[i + 1] > y) && x < x0 + (y - y0) * ex / ey) {
                inside = !inside;
            }
        }
        return inside ? -Math.sqrt(nearest) : Math.sqrt(nearest);
    }
}
