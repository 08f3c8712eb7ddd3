package org.ditlab.data;

/** Which part of a data set. */
public enum Split {
    TRAIN,
    /** Held out: the classifier's accuracy and the floor of every table are measured on it. */
    TEST
}
