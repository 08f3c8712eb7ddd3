package org.ditlab.model;

import java.util.Locale;

/** How the figure of a published row was counted. */
enum Counting {
    TORCHPROFILE("torchprofile"),
    /** torchprofile on attention code that scales the matrix of logits, not the query. */
    TORCHPROFILE_MATRIX("torchprofile, old attention"),
    DIT_PAPER("DiT");

    private final String label;

    Counting(String label) {
        this.label = label;
    }

    static Counting of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    String label() {
        return label;
    }
}
