package org.ditlab.cli;

import java.nio.file.Path;
import org.ditlab.command.StudyReference;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which study, and where its results lie. */
final class StudyChoice {
    @Parameters(
            index = "0",
            paramLabel = "STUDY",
            description = "A YAML file, a single-file Java program, a study's name under --out, or its directory.")
    String study;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "studies-out",
            description = "Where studies' directories lie. Default: ${DEFAULT-VALUE}.")
    Path out;

    /** The directory of a study that has been run. */
    Path directory() {
        return StudyReference.directory(study, out);
    }
}
