package org.ditlab.study.plan;

import java.util.Locale;

/** The kinds of work a trial is made of, in order. */
public enum StageKind {
    /** Trains the feature extractor on the study's data; shared by all trials. */
    EXTRACTOR,
    TRAIN,
    SAMPLE,
    MEASURE;

    /** {@code train}: the word in directory names. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
