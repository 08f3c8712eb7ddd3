package org.ditlab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.ditlab.command.Verb;
import org.ditlab.store.RunCommand;
import org.ditlab.study.StudyException;
import org.ditlab.summary.StudyFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReportVerbTests {
    @TempDir
    Path out;

    private final StringWriter printed = new StringWriter();
    private final StringWriter errors = new StringWriter();

    private int run(String... arguments) {
        CommandLine line = new CommandLine(new ReportVerb());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setOut(new PrintWriter(printed));
        line.setErr(new PrintWriter(errors));
        return line.execute(arguments);
    }

    @Test
    void isFoundByTheCommandLine() {
        assertThat(ServiceLoader.load(Verb.class)).anyMatch(ReportVerb.class::isInstance);
    }

    @Test
    void writesTheReportOfAStudyByName() throws IOException {
        StudyFixture.standard(out.resolve("quickstart"));
        assertThat(run("quickstart", "--out", out.toString())).isZero();
        assertThat(printed.toString())
                .startsWith("quickstart: 9 of 11 trials done")
                .contains(out.resolve("quickstart/report/index.html").toString());
    }

    @Test
    void checkFindsWhatIsMissingThenStaleThenNothing() throws IOException {
        Path study = StudyFixture.standard(out.resolve("quickstart"));
        String name = study.toString();
        assertThat(run(name, "--check")).isEqualTo(1);
        assertThat(errors.toString()).contains("table.csv: missing", "index.html: missing");
        assertThat(study.resolve("report")).doesNotExist();

        assertThat(run(name)).isZero();
        assertThat(run(name, "--check")).isZero();
        assertThat(printed.toString()).contains("the report is up to date");

        Path result;
        try (Stream<Path> trials = Files.walk(study.resolve("trials"))) {
            result = trials.filter(file -> file.endsWith("result.json"))
                    .filter(file -> contains(file, "\"base\""))
                    .findFirst()
                    .orElseThrow();
        }
        Files.writeString(result, Files.readString(result).replaceAll("\"fid\":[0-9.]+", "\"fid\":44.4"));
        errors.getBuffer().setLength(0);
        assertThat(run(name, "--check")).isEqualTo(1);
        assertThat(errors.toString())
                .contains("table.csv: stale", "index.html: stale", "gmacs-vs-fid.png: stale")
                .doesNotContain("samples.png");
    }

    @Test
    void theSurrogatesFilesAreWrittenAndTakenAway() throws IOException {
        Path study = StudyFixture.knobs(out.resolve("knobs"));
        String name = study.toString();
        Path findings = study.resolve("report/findings");
        assertThat(run(name)).isZero();
        assertThat(Files.readString(findings.resolve("surrogate.json"))).contains("\"provenance\"");
        assertThat(Files.readString(findings.resolve("surrogate-next.yaml"))).startsWith("list:\n");
        assertThat(run(name, "--check")).isZero();
        assertThat(run(name, "--check")).isZero();

        Files.writeString(findings.resolve("surrogate-2.json"), "{}");
        Files.writeString(findings.resolve("surrogate-2-next.yaml"), "list:");
        Files.writeString(findings.resolve("notes.txt"), "somebody's own");
        assertThat(run(name, "--check")).isEqualTo(1);
        assertThat(errors.toString())
                .contains(
                        "surrogate-2.json: no longer part of the report",
                        "surrogate-2-next.yaml: no longer part of the report")
                .doesNotContain("notes.txt");
        assertThat(run(name)).isZero();
        assertThat(findings.resolve("surrogate-2.json")).doesNotExist();
        assertThat(findings.resolve("surrogate-2-next.yaml")).doesNotExist();
        assertThat(findings.resolve("notes.txt")).exists();
        assertThat(run(name, "--check")).isZero();
    }

    @Test
    void printsTheTableForPrograms() throws IOException {
        StudyFixture.standard(out.resolve("quickstart"));
        assertThat(run("quickstart", "--out", out.toString(), "--format", "csv"))
                .isZero();
        assertThat(printed.toString()).startsWith("variant,kind,seeds").hasLineCount(8);
        printed.getBuffer().setLength(0);
        assertThat(run("quickstart", "--out", out.toString(), "--format", "json"))
                .isZero();
        assertThat(printed.toString()).startsWith("{").contains("\"rows\"");
    }

    @Test
    void aFileInThePlaceOfTheReportIsRefused() throws Exception {
        Path study = StudyFixture.planned(out.resolve("planned"));
        Files.writeString(study.resolve("report"), "a file");
        ReportVerb verb = new ReportVerb();
        CommandLine line = new CommandLine(verb);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.parseArgs(study.toString());
        assertThatThrownBy(verb::call).isInstanceOf(StudyException.class).hasMessageContaining("is no directory");
    }

    @Test
    void whatWasAskedForIsKept() throws IOException {
        Path study = StudyFixture.complete(out.resolve("complete"));
        assertThat(run(study.toString(), "--differences", "--published", "none"))
                .isZero();
        assertThat(study.resolve("report/options.json")).exists();
        assertThat(study.resolve("report/published.csv")).doesNotExist();
        assertThat(Files.readString(study.resolve("report/table.csv"))).contains("] difference,");
        assertThat(run(study.toString(), "--check")).isZero();
        assertThat(run(study.toString(), "--check", "--p-values")).isEqualTo(1);
        assertThat(errors.toString()).contains("options.json: stale", "table.tex: stale");

        new ReportWriter().report(study);
        assertThat(Files.readString(study.resolve("report/table.csv"))).contains("] difference,");

        assertThat(run(study.toString(), "--no-differences", "--published", "matching"))
                .isZero();
        assertThat(study.resolve("report/options.json")).doesNotExist();
        assertThat(Files.readString(study.resolve("report/table.csv"))).doesNotContain("difference");
    }

    @Test
    void optionsThatNoReportHasAreRefused() throws Exception {
        Path study = StudyFixture.complete(out.resolve("complete"));
        Path options = Files.createDirectories(study.resolve("report")).resolve("options.json");
        Files.writeString(options, "{\"published\": \"some\"}");
        assertThatThrownBy(() -> OptionsFile.read(options.getParent()))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("found some, expected one of all, none, matching");
        Files.writeString(options, "{\"p-values\": 1}");
        assertThatThrownBy(() -> OptionsFile.read(options.getParent()))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("p-values: found 1, expected true or false");
    }

    @Test
    void severalStudiesHaveOneReport() throws IOException {
        StudyFixture.complete(out.resolve("complete"));
        StudyFixture.overlapping(out.resolve("other"));
        assertThat(run("complete", "other", "--out", out.toString())).isZero();
        Path report = out.resolve("reports/complete+other");
        assertThat(printed.toString()).contains("complete + other: 9 of 9 trials done", report.toString());
        assertThat(Files.readString(report.resolve("table.csv")).lines())
                .hasSize(6)
                .anyMatch(line -> line.startsWith("complete: wide,"));
        assertThat(Files.readString(report.resolve("numbers.tex"))).contains("\\completeOtherTallFID}");
        assertThat(Files.readString(report.resolve("index.html")))
                .contains(
                        "./ditlab run complete.yaml",
                        "./ditlab run other.yaml",
                        "./ditlab report complete other --check");
        assertThat(run("complete", "other", "--out", out.toString(), "--check")).isZero();
        assertThat(out.resolve("complete/report")).doesNotExist();
    }

    @Test
    void theReportGoesWhereItIsSent() throws IOException {
        StudyFixture.complete(out.resolve("complete"));
        Path to = out.resolve("paper/tables");
        assertThat(run("complete", "--out", out.toString(), "--to", to.toString()))
                .isZero();
        assertThat(to.resolve("index.html")).exists();
        Files.delete(to.resolve("table.md"));
        assertThat(run("complete", "--out", out.toString(), "--to", to.toString(), "--check"))
                .isEqualTo(1);
        assertThat(errors.toString()).contains("table.md: missing");
        assertThat(errors.toString().lines())
                .endsWith("write it again by: ditlab report complete --out " + RunCommand.quoted(out.toString())
                        + " --to " + RunCommand.quoted(to.toString()));
    }

    @Test
    void theRemedyOfACheckIsTheWholeCommand() throws IOException {
        StudyFixture.complete(out.resolve("complete"));
        String[] asked = {"--differences", "--no-p-values", "--published", "all"};
        List<String> words = new ArrayList<>(List.of("complete", "--out", out.toString()));
        words.addAll(List.of(asked));
        words.add("--check");
        assertThat(run(words.toArray(String[]::new))).isEqualTo(1);
        assertThat(errors.toString().lines())
                .endsWith("write it again by: ditlab report complete --out " + RunCommand.quoted(out.toString()) + " "
                        + String.join(" ", asked));

        words.remove("--check");
        assertThat(run(words.toArray(String[]::new))).isZero();
        assertThat(Files.readString(out.resolve("complete/report/index.html")))
                .contains(
                        "./ditlab report complete --differences --published all<",
                        "./ditlab report complete --differences --published all --check<");
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
