package org.ditlab.study.plan;

import java.util.Locale;

/** The kinds of work a trial is made of, in order. */
public enum StageKind {
    /** Trains the feature extractor on the study's data; shared by all trials. */
    EXTRACTOR,
    TRAIN,
    SAMPLE,
    MEASURE,
    /** Looks for the training images that samples are nearest to. */
    NEAREST,
    /** Measures the training loss on images that training has not seen. */
    HELDOUT;

    /** {@code train}: the word in directory names. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
