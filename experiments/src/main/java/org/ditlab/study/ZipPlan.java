package org.ditlab.study;

import java.util.List;

/** The first values of all axes together, then the second ones, and so on. */
public record ZipPlan(List<Axis> axes, Terms terms) implements FromAxes<ZipPlan> {
    public static final String WORD = "zip";

    public ZipPlan {
        axes = List.copyOf(axes);
    }

    public static ZipPlan of(Axis... axes) {
        return new ZipPlan(List.of(axes), Terms.NONE);
    }

    @Override
    public long size() {
        return axes.stream().mapToInt(Points::count).min().orElse(0);
    }

    @Override
    public ZipPlan under(Terms other) {
        return new ZipPlan(axes, other);
    }

    @Override
    public String word() {
        return WORD;
    }
}
