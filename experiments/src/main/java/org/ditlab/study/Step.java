package org.ditlab.study;

/** A step of a ladder. */
public sealed interface Step permits Rung, Control {
    Change change();

    /** What the table's row is called. */
    default String name() {
        return change().name();
    }
}
