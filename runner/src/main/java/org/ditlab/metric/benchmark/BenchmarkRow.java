package org.ditlab.metric.benchmark;

import java.util.OptionalDouble;

/**
 * One line of a comparison.
 *
 * @param what is measured
 * @param seconds here, the best of some runs
 * @param peer seconds of numpy and scipy on the same input, the best of some runs on one thread and on all; empty where
 *     they are not installed or have no such section
 */
public record BenchmarkRow(String what, double seconds, OptionalDouble peer) {
    /** How many times as long the peer takes. */
    public OptionalDouble ratio() {
        return peer.isPresent() ? OptionalDouble.of(peer.getAsDouble() / seconds) : OptionalDouble.empty();
    }
}
