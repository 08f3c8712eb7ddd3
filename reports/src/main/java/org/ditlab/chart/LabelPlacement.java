package org.ditlab.chart;

import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where the labels of points go, so that they cover neither each other nor points nor bars, and stay within the plot: each
 * label in turn takes the cheapest of some places around its point.
 */
final class LabelPlacement {
    private static final double[][] DIRECTIONS = {
        {1, -0.6}, {-1, -0.6}, {1, 0.6}, {-1, 0.6}, {0, -1}, {0, 1}, {1, 0}, {-1, 0}
    };
    private static final double[] DISTANCES = {4, 14, 28, 46, 70};

    private final Rectangle2D bounds;
    private final List<Rectangle2D> taken = new ArrayList<>();

    LabelPlacement(Rectangle2D bounds) {
        this.bounds = bounds;
    }

    /** Keeps labels off a rectangle. */
    void avoid(Rectangle2D obstacle) {
        taken.add(obstacle);
    }

    /**
     * Finds the place of one label.
     *
     * @param x of the point
     * @param radius of its marker
     * @return the label's rectangle; it is avoided from now on
     */
    Rectangle2D place(double x, double y, double radius, double width, double height) {
        Rectangle2D best = candidate(x, y, radius, width, height, DIRECTIONS[0], DISTANCES[0]);
        double least = Double.POSITIVE_INFINITY;
        for (double distance : DISTANCES) {
            for (double[] direction : DIRECTIONS) {
                Rectangle2D place = candidate(x, y, radius, width, height, direction, distance);
                double cost = cost(place) + distance * 2;
                if (cost < least) {
                    least = cost;
                    best = place;
                }
            }
        }
        taken.add(best);
        return best;
    }

    /** The rectangles placed or avoided so far. */
    List<Rectangle2D> taken() {
        return Collections.unmodifiableList(taken);
    }

    /** Whether a label stands so far from its point that a line should lead to it. */
    static boolean far(Rectangle2D label, double x, double y) {
        double nearX = Math.max(label.getMinX(), Math.min(label.getMaxX(), x));
        double nearY = Math.max(label.getMinY(), Math.min(label.getMaxY(), y));
        return Math.hypot(nearX - x, nearY - y) > 16;
    }

    private double cost(Rectangle2D place) {
        double area = place.getWidth() * place.getHeight();
        double cost = 0;
        Rectangle2D inside = place.createIntersection(bounds);
        double outside = inside.isEmpty() ? area : area - inside.getWidth() * inside.getHeight();
        cost += outside * 20;
        for (Rectangle2D other : taken) {
            if (place.intersects(other)) {
                Rectangle2D common = place.createIntersection(other);
                cost += 50 + 10 * common.getWidth() * common.getHeight();
            }
        }
        return cost;
    }

    private static Rectangle2D candidate(
            double x, double y, double radius, double width, double height, double[] direction, double distance) {
        double length = Math.hypot(direction[0], direction[1]);
        double toX = x + direction[0] / length * (radius + distance);
        double toY = y + direction[1] / length * (radius + distance);
        double left = direction[0] > 0 ? toX : direction[0] < 0 ? toX - width : toX - width / 2;
        double top = direction[1] > 0 ? toY : direction[1] < 0 ? toY - height : toY - height / 2;
        // Beside the point a label stands level with it.
        if (direction[0] != 0 && direction[1] != 0) {
            top = direction[1] > 0 ? toY - height / 3 : toY - 2 * height / 3;
        }
        return new Rectangle2D.Double(left, top, width, height);
    }
}
