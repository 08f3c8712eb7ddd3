package org.ditlab.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ditlab.study.StudyException;

/** A file that a verb is told to write. */
final class OutputFile {
    private OutputFile() {}

    /**
     * Looks at it before any work.
     *
     * @param option the option that names it
     * @param source what is read, and not to be overwritten
     * @throws StudyException when nothing can be written there
     */
    static void check(String option, Path target, Path source) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(target)) {
            throw new StudyException(
                    option + " " + target + ": no file can be written there; give a file in an existing folder");
        }
        for (Path written : List.of(target, target.resolveSibling(target.getFileName() + ".partial"))) {
            if (Files.exists(written) && Files.exists(source) && Files.isSameFile(written, source)) {
                throw new StudyException(option + " " + target + ": would overwrite " + source + "; give another name");
            }
        }
    }
}
