package org.ditlab.chart;

import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Where the labels of points go: within the plot, over no point and no other label, and where there is room for that beside
 * lines and bars, too. Each label in turn takes the cheapest of some places around its point, or none where none is free.
 */
final class LabelPlacement {
    private static final int DIRECTIONS = 24;
    private static final double[] DISTANCES = {3, 10, 18, 28, 40, 54, 70, 88, 108, 130};
    private static final double FAR = 16;

    private final Rectangle2D bounds;
    private final List<Rectangle2D> taken = new ArrayList<>();
    private final List<Rectangle2D> crossed = new ArrayList<>();

    LabelPlacement(Rectangle2D bounds) {
        this.bounds = bounds;
    }

    /** Keeps labels off a rectangle. */
    void avoid(Rectangle2D obstacle) {
        taken.add(obstacle);
    }

    /** Keeps labels off a line where that costs no label its place. */
    void avoidIfPossible(Rectangle2D line) {
        crossed.add(line);
    }

    /** Whether a rectangle lies within the plot and covers nothing. */
    boolean free(Rectangle2D place) {
        return bounds.contains(place) && taken.stream().noneMatch(place::intersects);
    }

    /**
     * Finds the place of one label.
     *
     * @param x of the point
     * @param radius of its marker
     * @return the label's rectangle, which is avoided from now on; empty where none is free
     */
    Optional<Rectangle2D> place(double x, double y, double radius, double width, double height) {
        Rectangle2D best = null;
        double least = Double.POSITIVE_INFINITY;
        for (double distance : DISTANCES) {
            if (2 * distance >= least) {
                break;
            }
            for (int i = 0; i < DIRECTIONS; i++) {
                // Upper right first, then around.
                double angle = 2 * Math.PI * i / DIRECTIONS - Math.PI / 6;
                Rectangle2D place = candidate(x, y, radius + distance, width, height, angle);
                if (free(place)) {
                    double cost = 2 * distance + cost(place, x, y) + 0.01 * i;
                    if (cost < least) {
                        least = cost;
                        best = place;
                    }
                }
            }
        }
        if (best != null) {
            taken.add(best);
        }
        return Optional.ofNullable(best);
    }

    /** The rectangles placed or avoided so far. */
    List<Rectangle2D> taken() {
        return Collections.unmodifiableList(taken);
    }

    /** The line that leads from a point to a label that stands far from it. */
    static Optional<Line2D> leader(Rectangle2D label, double x, double y) {
        double nearX = Math.max(label.getMinX(), Math.min(label.getMaxX(), x));
        double nearY = Math.max(label.getMinY(), Math.min(label.getMaxY(), y));
        return Math.hypot(nearX - x, nearY - y) > FAR
                ? Optional.of(new Line2D.Double(x, y, nearX, nearY))
                : Optional.empty();
    }

    private double cost(Rectangle2D place, double x, double y) {
        double cost = 0;
        for (Rectangle2D line : crossed) {
            cost += place.intersects(line) ? 60 : 0;
        }
        Optional<Line2D> leader = leader(place, x, y);
        if (leader.isPresent()) {
            for (Rectangle2D other : taken) {
                // Its own point is where the leader begins.
                cost += !other.contains(x, y) && leader.get().intersects(other) ? 80 : 0;
            }
        }
        return cost;
    }

    /** The rectangle that touches a circle around the point in a direction, level with it at its sides. */
    private static Rectangle2D candidate(
            double x, double y, double reach, double width, double height, double angle) {
        double dx = Math.cos(angle);
        double dy = Math.sin(angle);
        double centreX = x + dx * reach + Math.max(-1, Math.min(1, dx * 1.5)) * width / 2;
        double centreY = y + dy * reach + dy * height / 2;
        return new Rectangle2D.Double(centreX - width / 2, centreY - height / 2, width, height);
    }
}
