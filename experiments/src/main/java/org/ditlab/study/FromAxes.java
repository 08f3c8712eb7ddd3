package org.ditlab.study;

import java.util.ArrayList;
import java.util.List;

/**
 * A kind whose variants are points over axes.
 *
 * @param <K> the kind itself
 */
public sealed interface FromAxes<K extends FromAxes<K>> extends Generated<K> permits GridPlan, ZipPlan, RandomPlan {
    /** In the order in which names and rows go by them. */
    List<Axis> axes();

    /** How many points there are, at most {@link Long#MAX_VALUE}. */
    long size();

    @Override
    default List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        for (Axis axis : axes()) {
            if (axis instanceof Axis.Changes named) {
                changes.addAll(named.changes());
            }
        }
        return List.copyOf(changes);
    }

    /** Names variants by a pattern: {@code {width}} stands for the axis of that label, {@code {n}} for the number from 1. */
    default K naming(String pattern) {
        return under(new Terms(terms().match(), terms().exclude(), terms().label(), pattern));
    }
}
