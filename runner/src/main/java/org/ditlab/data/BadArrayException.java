package org.ditlab.data;

import java.io.IOException;

/** Bytes that are no readable array; the message says what is wrong, the catcher adds the place. */
final class BadArrayException extends IOException {
    private static final long serialVersionUID = 1L;

    BadArrayException(String message) {
        super(message);
    }
}
