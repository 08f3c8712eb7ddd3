package org.ditlab.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes the report of a study; found by {@link java.util.ServiceLoader}, so that {@code run} can end with it. */
public interface Reporter {
    /**
     * Writes {@code report/} of a study directory.
     *
     * @return the files written, the page to open first
     */
    List<Path> report(Path studyDirectory) throws IOException;
}
