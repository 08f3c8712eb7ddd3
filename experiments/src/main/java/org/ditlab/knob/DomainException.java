package org.ditlab.knob;

/** A raw value outside a knob's domain; the message says what was expected. */
public final class DomainException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public DomainException(String message) {
        super(message);
    }
}
