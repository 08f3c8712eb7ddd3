package org.ditlab.study;

import java.util.List;

/**
 * A kind that combines named changes; without changes of its own it takes the rungs of the study's ladder.
 *
 * @param <K> the kind itself
 */
public sealed interface FromChanges<K extends FromChanges<K>> extends Generated<K>
        permits LeaveOneOut, AddOneIn, PermutedLadder {
    /** Its own changes; empty where it takes the ladder's. */
    @Override
    List<Change> changes();

    /** Whether nothing is said but the kind. */
    boolean plain();
}
