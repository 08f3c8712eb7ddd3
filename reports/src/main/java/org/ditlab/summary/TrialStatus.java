package org.ditlab.summary;

/** How far a trial has come. */
public enum TrialStatus {
    /** All its stages are done. */
    DONE,
    /** Its loss became NaN: a result, without samples. */
    DIVERGED,
    /** Running, waiting, or failed: no result yet. */
    UNFINISHED
}
