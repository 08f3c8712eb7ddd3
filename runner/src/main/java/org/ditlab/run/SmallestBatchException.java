package org.ditlab.run;

import org.ditlab.tensor.OutOfMemoryException;

/** A step of training found no memory for one image at a time; the same attempt once more would find none either. */
final class SmallestBatchException extends OutOfMemoryException {
    private static final long serialVersionUID = 1L;

    SmallestBatchException(String message, Throwable cause) {
        super(message, cause);
    }
}
