package org.ditlab.weights;

import java.io.IOException;

/** A weight file that cannot be read; the message says what is wrong and what to do, the catcher adds the place. */
final class BadWeightsException extends IOException {
    private static final long serialVersionUID = 1L;

    private static final int LONGEST = 500;

    /** A damaged file. */
    BadWeightsException(String problem) {
        this(problem, "take an undamaged copy");
    }

    BadWeightsException(String problem, String remedy) {
        super(printable(problem) + "; " + remedy);
    }

    /** Names from the file may be of any length and hold anything. */
    private static String printable(String problem) {
        String visible = problem.replaceAll("\\p{Cntrl}", "?");
        return visible.length() <= LONGEST ? visible : visible.substring(0, LONGEST) + "...";
    }
}
