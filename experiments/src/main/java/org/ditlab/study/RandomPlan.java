package org.ditlab.study;

import java.util.List;

/**
 * Points drawn at random, each axis by itself. The k-th draw is a function of the seed, the axis and k alone: more draws, or
 * another axis, leave it as it is.
 */
public record RandomPlan(List<Axis> axes, int draws, long seed, Terms terms) implements FromAxes<RandomPlan> {
    public static final String WORD = "random";

    public RandomPlan {
        axes = List.copyOf(axes);
    }

    public static RandomPlan of(int draws, long seed, Axis... axes) {
        return new RandomPlan(List.of(axes), draws, seed, Terms.NONE);
    }

    @Override
    public long size() {
        return draws;
    }

    @Override
    public RandomPlan under(Terms other) {
        return new RandomPlan(axes, draws, seed, other);
    }

    @Override
    public String word() {
        return WORD;
    }
}
