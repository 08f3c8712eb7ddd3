package org.ditlab.kernel;

import java.util.List;

/** A cell that did not end well, as its reader is told. */
public final class CellFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final String title;
    private final transient List<String> lines;

    /**
     * @param title the kind of failure, one word: an exception's simple name, {@code CompilationError}, {@code Interrupted}
     * @param message one line or several
     * @param lines the whole text, one line each
     */
    CellFailure(String title, String message, List<String> lines) {
        super(message);
        this.title = title;
        this.lines = List.copyOf(lines);
    }

    /** The kind of failure. */
    public String title() {
        return title;
    }

    /** The whole text. */
    public List<String> lines() {
        return lines;
    }
}
