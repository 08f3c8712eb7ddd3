package org.ditlab.study;

import java.util.List;

/** Every combination of the values of some axes; the last axis changes fastest. */
public record GridPlan(List<Axis> axes, Terms terms) implements FromAxes<GridPlan> {
    public static final String WORD = "grid";

    public GridPlan {
        axes = List.copyOf(axes);
    }

    public static GridPlan of(Axis... axes) {
        return new GridPlan(List.of(axes), Terms.NONE);
    }

    @Override
    public long size() {
        long size = 1;
        for (Axis axis : axes) {
            int values = Points.count(axis);
            if (values > 0 && size > Long.MAX_VALUE / values) {
                return Long.MAX_VALUE;
            }
            size *= values;
        }
        return size;
    }

    @Override
    public GridPlan under(Terms other) {
        return new GridPlan(axes, other);
    }

    @Override
    public String word() {
        return WORD;
    }
}
