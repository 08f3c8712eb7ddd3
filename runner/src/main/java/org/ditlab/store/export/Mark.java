package org.ditlab.store.export;

import java.util.List;
import java.util.Optional;

/**
 * How far a stage's curves were sent.
 *
 * @param attempt the last attempt of which values were sent
 * @param started when it began: tells it from one that was run again from the beginning
 * @param step the last step
 * @param points values up to it
 */
record Mark(int attempt, String started, long step, long points) {
    List<Object> json() {
        return List.of(attempt, started, step, points);
    }

    static Optional<Mark> from(Object json) {
        if (json instanceof List<?> list
                && list.size() == 4
                && list.get(0) instanceof Number attempt
                && list.get(2) instanceof Number step
                && list.get(3) instanceof Number points) {
            return Optional.of(
                    new Mark(attempt.intValue(), String.valueOf(list.get(1)), step.longValue(), points.longValue()));
        }
        return Optional.empty();
    }
}
