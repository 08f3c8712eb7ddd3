package org.ditlab.study.solve;

/** No value of the knob meets the cost; the message names the nearest values and a remedy. */
public final class UnsolvableException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnsolvableException(String message) {
        super(message);
    }
}
