package org.ditlab.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.ditlab.command.Reporter;

/** Writes {@code report/} of a study: the page, tables, charts and numbers. */
public final class ReportWriter implements Reporter {
    /** The folder of a study that holds its report. */
    public static final String FOLDER = "report";

    @Override
    public List<Path> report(Path studyDirectory) throws IOException {
        Path folder = studyDirectory.resolve(FOLDER);
        return ReportFiles.of(List.of(studyDirectory), OptionsFile.read(folder)).write(folder);
    }
}
