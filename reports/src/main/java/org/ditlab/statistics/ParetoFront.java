package org.ditlab.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What nothing beats: the items for which no other is at most as dear and at least as good, one of the two strictly. */
public final class ParetoFront {
    private ParetoFront() {}

    /**
     * The front of two quantities that are both better when smaller, by rising cost. Items with a NaN are left out; of
     * equal items all stay.
     */
    public static <T> List<T> of(List<T> items, ToDoubleFunction<T> cost, ToDoubleFunction<T> loss) {
        List<T> sorted = new ArrayList<>();
        for (T item : items) {
            if (!Double.isNaN(cost.applyAsDouble(item)) && !Double.isNaN(loss.applyAsDouble(item))) {
                sorted.add(item);
            }
        }
        sorted.sort(Comparator.comparingDouble(cost).thenComparingDouble(loss));
        List<T> front = new ArrayList<>();
        for (T item : sorted) {
            T last = front.isEmpty() ? null : front.get(front.size() - 1);
            boolean better = last == null || loss.applyAsDouble(item) < loss.applyAsDouble(last);
            boolean equal = last != null
                    && loss.applyAsDouble(item) == loss.applyAsDouble(last)
                    && cost.applyAsDouble(item) == cost.applyAsDouble(last);
            if (better || equal) {
                front.add(item);
            }
        }
        return List.copyOf(front);
    }

    /** The items of a front that are at most as dear as this one and at least as good, one of the two strictly. */
    public static <T> List<T> dominating(
            List<T> front, T item, ToDoubleFunction<T> cost, ToDoubleFunction<T> loss) {
        double dear = cost.applyAsDouble(item);
        double bad = loss.applyAsDouble(item);
        return front.stream()
                .filter(other -> cost.applyAsDouble(other) <= dear && loss.applyAsDouble(other) <= bad)
                .filter(other -> cost.applyAsDouble(other) < dear || loss.applyAsDouble(other) < bad)
                .toList();
    }
}
