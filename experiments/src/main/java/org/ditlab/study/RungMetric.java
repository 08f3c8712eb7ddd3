package org.ditlab.study;

import java.util.Arrays;
import java.util.List;

/** What trainings are compared by at a rung of early stopping; smaller is better. */
public enum RungMetric {
    /** Mean training loss over the last tenth of the steps so far. */
    TRAIN_LOSS("train.loss"),
    /** Loss of the averaged weights of that step on samples that training has not seen. */
    HELD_OUT("held-out");

    private final String word;

    RungMetric(String word) {
        this.word = word;
    }

    /** {@code train.loss}: how studies write it. */
    public String word() {
        return word;
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(RungMetric::word).toList();
    }

    /**
     * The metric that a word means.
     *
     * @throws IllegalArgumentException for any other word
     */
    public static RungMetric of(String word) {
        return Arrays.stream(values())
                .filter(metric -> metric.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no metric " + Text.quote(word)));
    }
}
