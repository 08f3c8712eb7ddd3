package org.ditlab.model;

/** Settings that no model can have; the message names the knobs and a remedy. */
public final class ArchitectureException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public ArchitectureException(String message) {
        super(message);
    }
}
