package org.ditlab.model;

/** How tokens know where they stand. */
public enum Position {
    /** A sine-cosine table, added once to the tokens. */
    ABSOLUTE,
    /** Rotation of queries and keys. */
    ROPE2D,
    BOTH,
    NONE;

    boolean table() {
        return this == ABSOLUTE || this == BOTH;
    }

    boolean rotates() {
        return this == ROPE2D || this == BOTH;
    }
}
