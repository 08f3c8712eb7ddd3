package org.ditlab.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ditlab.command.StudyReference;
import org.ditlab.command.Verb;
import org.ditlab.study.StudyException;
import org.ditlab.table.CsvTable;
import org.ditlab.table.JsonTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ditlab report STUDY}: writes tables, charts and the page, or checks that they are up to date. */
@Command(
        name = "report",
        description = "Write the report of a study: tables, charts, and one page to open.",
        mixinStandardHelpOptions = true)
public final class ReportVerb implements Verb {
    /** What is printed. */
    enum Format {
        TEXT,
        CSV,
        JSON
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "STUDY", description = "A study's name, its directory, or its YAML file.")
    private String study;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where studies are written. Default: ${DEFAULT-VALUE}.",
            defaultValue = "studies-out")
    private Path out;

    @Option(
            names = "--check",
            description = "Write nothing; exit code 1 when a file of the report is stale or missing, and its name.")
    private boolean check;

    @Option(
            names = "--format",
            paramLabel = "text|csv|json",
            description = "What is printed: where the report is, or the table. Default: ${DEFAULT-VALUE}.",
            defaultValue = "text")
    private Format format;

    @Override
    public Integer call() throws IOException {
        Path directory = StudyReference.directory(study, out);
        ReportFiles report = ReportFiles.of(directory);
        Path folder = directory.resolve(ReportWriter.FOLDER);
        List<String> differences = List.of();
        List<Path> files = List.of();
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new StudyException(folder + ": is no directory; move it away, the report is written there");
        }
        if (check) {
            differences = report.differences(folder);
        } else {
            files = report.write(folder);
        }
        PrintWriter print = spec.commandLine().getOut();
        switch (format) {
            case CSV -> print.print(CsvTable.write(report.table()));
            case JSON -> print.print(JsonTable.write(report.table()));
            case TEXT -> {
                print.println(report.study().name() + ": " + report.study().progress());
                files.forEach(print::println);
                if (check && differences.isEmpty()) {
                    print.println("the report is up to date");
                }
            }
        }
        print.flush();
        PrintWriter err = spec.commandLine().getErr();
        differences.forEach(err::println);
        if (!differences.isEmpty()) {
            err.println("write it again by: ditlab report " + study);
        }
        err.flush();
        return differences.isEmpty() ? 0 : 1;
    }
}
