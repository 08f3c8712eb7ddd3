package org.ditlab.chart;

import java.util.List;
import java.util.stream.IntStream;

/** The shape of a point: told apart without colour. */
public enum Marker {
    CIRCLE,
    SQUARE,
    TRIANGLE_UP,
    DIAMOND,
    TRIANGLE_DOWN;

    /** The corners of its outline; a circle has many. */
    List<double[]> outline(double x, double y, double radius) {
        double wide = radius * 1.2;
        return switch (this) {
            case TRIANGLE_UP ->
                List.of(new double[] {x, y - wide}, new double[] {x + wide, y + radius}, new double[] {
                    x - wide, y + radius
                });
            case TRIANGLE_DOWN ->
                List.of(new double[] {x, y + wide}, new double[] {x + wide, y - radius}, new double[] {
                    x - wide, y - radius
                });
            case DIAMOND ->
                List.of(
                        new double[] {x, y - wide},
                        new double[] {x + wide, y},
                        new double[] {x, y + wide},
                        new double[] {x - wide, y});
            case SQUARE ->
                List.of(
                        new double[] {x - radius, y - radius},
                        new double[] {x + radius, y - radius},
                        new double[] {x + radius, y + radius},
                        new double[] {x - radius, y + radius});
            case CIRCLE ->
                IntStream.range(0, 24)
                        .mapToObj(i -> new double[] {
                            x + radius * Math.cos(i * Math.PI / 12), y + radius * Math.sin(i * Math.PI / 12)
                        })
                        .toList();
        };
    }
}
