package org.ditlab.run.halving;

import org.ditlab.store.RungPlace;

/** Ends a training at a rung; its state is saved. */
public final class StoppedEarly extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Decision decision;

    StoppedEarly(Decision decision) {
        super("stopped " + decision.place().text());
        this.decision = decision;
    }

    public RungPlace place() {
        return decision.place();
    }

    /** Seconds of training up to the rung. */
    public double seconds() {
        return decision.seconds();
    }
}
