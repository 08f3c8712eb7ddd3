package org.ditlab.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.ditlab.command.StudyReference;
import org.ditlab.command.Verb;
import org.ditlab.store.RunCommand;
import org.ditlab.study.StudyException;
import org.ditlab.table.CsvTable;
import org.ditlab.table.JsonTable;
import org.ditlab.table.PublishedChoice;
import org.ditlab.table.TableOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ditlab report STUDY...}: writes tables, charts and the page, or checks that they are up to date. */
@Command(
        name = "report",
        description = {
            "Write the report of a study: tables, charts, and one page to open.",
            "Of several studies: one report of all their variants. Equal trials stand in it once; numbers of different"
                    + " protocols never share a column."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class ReportVerb implements Verb {
    /** What is printed. */
    enum Format {
        TEXT,
        CSV,
        JSON
    }

    private static final String OUT = "studies-out";
    private static final int LONGEST_NAME = 200;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "STUDY",
            arity = "1..*",
            description = "A study's name, its directory, or its YAML file; several for one report of all.")
    private List<String> studies = List.of();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where studies are written. Default: ${DEFAULT-VALUE}.",
            defaultValue = OUT)
    private Path out;

    @Option(
            names = "--to",
            paramLabel = "DIR",
            description = "Where the report is written. Default: report/ in the study's directory, of several studies"
                    + " reports/A+B/ where studies are written.")
    private @Nullable Path to;

    @Option(
            names = "--differences",
            negatable = true,
            description = "Whether the table has the difference to the base over paired seeds beside each metric.")
    private @Nullable Boolean differences;

    @Option(
            names = "--p-values",
            negatable = true,
            description = "Whether the table has p of a paired t-test against the base, alone and corrected by Holm.")
    private @Nullable Boolean pValues;

    @Option(
            names = "--published",
            paramLabel = "matching|all|none",
            description =
                    "Which rows of papers stand beside: those of the study's families of models, all, or none. Default:"
                            + " matching. These three choices are kept in the report's options.json, for later reports too.")
    private @Nullable PublishedChoice published;

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
        List<Path> directories = studies.stream()
                .map(study -> StudyReference.directory(study, out))
                .toList();
        Path folder = folder(directories);
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new StudyException(folder + ": is no directory; move it away, the report is written there");
        }
        ReportFiles report = ReportFiles.of(directories, asked(OptionsFile.read(folder)));
        List<String> stale = List.of();
        List<Path> files = List.of();
        if (check) {
            stale = report.differences(folder);
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
                if (check && stale.isEmpty()) {
                    print.println("the report is up to date");
                }
            }
        }
        print.flush();
        PrintWriter err = spec.commandLine().getErr();
        stale.forEach(err::println);
        if (!stale.isEmpty()) {
            err.println("write it again by: ditlab " + String.join(" ", again()));
        }
        err.flush();
        return stale.isEmpty() ? 0 : 1;
    }

    /** The command that writes what was checked, as words of shell. */
    private List<String> again() {
        List<String> words = new ArrayList<>(List.of("report"));
        words.addAll(studies);
        if (!out.equals(Path.of(OUT))) {
            words.addAll(List.of("--out", out.toString()));
        }
        if (to != null) {
            words.addAll(List.of("--to", to.toString()));
        }
        if (differences != null) {
            words.add(differences ? "--differences" : "--no-differences");
        }
        if (pValues != null) {
            words.add(pValues ? "--p-values" : "--no-p-values");
        }
        if (published != null) {
            words.addAll(List.of("--published", published.word()));
        }
        return words.stream().map(RunCommand::quoted).toList();
    }

    private Path folder(List<Path> directories) {
        if (to != null) {
            return to;
        }
        if (directories.size() == 1) {
            return directories.get(0).resolve(ReportWriter.FOLDER);
        }
        String name = directories.stream()
                .map(directory ->
                        directory.toAbsolutePath().normalize().getFileName().toString())
                .collect(Collectors.joining("+"));
        if (name.length() > LONGEST_NAME) {
            throw new StudyException("the report of " + directories.size()
                    + " studies has too long a name for a directory; say where it is written: --to DIR");
        }
        return out.resolve("reports").resolve(name);
    }

    /** What was said on the command line, else what the written report has. */
    private TableOptions asked(TableOptions written) {
        return new TableOptions(
                differences == null ? written.differences() : differences,
                pValues == null ? written.pValues() : pValues,
                published == null ? written.published() : published);
    }
}
