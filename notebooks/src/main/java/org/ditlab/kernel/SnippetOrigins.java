package org.ditlab.kernel;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which cell and line each snippet came from, so that a stack frame can say so. */
final class SnippetOrigins {
    private final Map<String, Place> places = new HashMap<>();

    /**
     * @param cell the cell's number, as the front end counts
     * @param line of the cell, from 1
     */
    record Place(int cell, int line) {
        @Override
        public String toString() {
            return (cell > 0 ? "cell [" + cell + "]" : "the startup script") + ", line " + line;
        }
    }

    void put(String snippet, Place firstLine) {
        places.put(snippet, firstLine);
    }

    /** Where a frame stands whose file JShell calls {@code #12}; empty when it is not of a cell. */
    Optional<Place> of(StackTraceElement frame) {
        String file = frame.getFileName();
        if (file == null || !file.startsWith("#")) {
            return Optional.empty();
        }
        Place first = places.get(file.substring(1));
        return first == null
                ? Optional.empty()
                : Optional.of(new Place(first.cell(), first.line() + Math.max(0, frame.getLineNumber() - 1)));
    }
}
