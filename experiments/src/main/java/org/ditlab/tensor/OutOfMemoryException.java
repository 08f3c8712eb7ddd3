package org.ditlab.tensor;

import java.util.Objects;

/** A computation that did not get the memory it asked its device for; what was there before it is as it was. */
public class OutOfMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int WORDS = 240;

    public OutOfMemoryException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Says what an allocator said, without what native code says of itself. */
    public OutOfMemoryException(Throwable cause) {
        this(words(cause), cause);
    }

    /** The first line of a problem's message, shortened. */
    private static String words(Throwable cause) {
        String message = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
        String line = message.lines().findFirst().orElse("").strip();
        return line.length() > WORDS ? line.substring(0, WORDS) + "..." : line;
    }
}
