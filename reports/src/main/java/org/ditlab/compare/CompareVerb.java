package org.ditlab.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.ditlab.command.StudyReference;
import org.ditlab.command.Verb;
import org.ditlab.html.Architectures;
import org.ditlab.html.ComparisonContent;
import org.ditlab.html.ComparisonPage;
import org.ditlab.html.KnobChange;
import org.ditlab.store.AtomicFile;
import org.ditlab.store.RunCommand;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.StudyException;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.CsvTable;
import org.ditlab.table.JsonTable;
import org.ditlab.table.ReportTable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ditlab compare STUDY A B}: two variants side by side, as a table and as one page. */
@Command(
        name = "compare",
        description = {
            "Compare two variants: the knobs that differ, costs, metrics over paired seeds, curves, samples, models.",
            "",
            "  ditlab compare STUDY A B              two variants of one study",
            "  ditlab compare STUDY#A OTHER#B        variants of two studies",
            ""
        },
        mixinStandardHelpOptions = true)
public final class CompareVerb implements Verb {
    /** What is printed. */
    enum Format {
        TEXT,
        CSV,
        JSON
    }

    private static final String FOLDER = "report";

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "2..3",
            hideParamSyntax = true,
            paramLabel = "[STUDY] A B",
            description =
                    "STUDY: a study's name, its directory, or its YAML file. A and B: its variants, or the hashes of two"
                            + " trials. Without STUDY each names its own: STUDY#VARIANT.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where studies are written. Default: ${DEFAULT-VALUE}.",
            defaultValue = "studies-out")
    private Path out;

    @Option(
            names = "--to",
            paramLabel = "FILE",
            description = "Where the page is written. Default: compare-A-vs-B.html in the first study's report folder.")
    private @Nullable Path to;

    @Option(
            names = "--format",
            paramLabel = "text|csv|json",
            description = "How the table is printed. Default: ${DEFAULT-VALUE}.",
            defaultValue = "text")
    private Format format;

    @Override
    public Integer call() throws IOException {
        ComparedVariant first;
        ComparedVariant second;
        if (names.size() == 3) {
            Path directory = StudyReference.directory(names.get(0), out);
            StudySummary study = StudySummary.read(directory);
            first = ComparedVariant.of(directory, study, names.get(1));
            second = ComparedVariant.of(directory, study, names.get(2));
        } else {
            first = ComparedVariant.find(names.get(0), out);
            second = ComparedVariant.find(names.get(1), out);
        }
        boolean oneStudy = Files.isSameFile(first.directory(), second.directory());
        if (oneStudy && first.variant().equals(second.variant())) {
            throw new StudyException("both are " + first.variant().name() + " of "
                    + first.study().name() + "; give two different variants");
        }
        Path page = to == null ? first.directory().resolve(FOLDER).resolve(fileName(first, second)) : to;
        if (!oneStudy) {
            boolean alike = first.study().name().equals(second.study().name());
            first = first.withStudy(alike ? " (1)" : "");
            second = second.withStudy(alike ? " (2)" : "");
        }
        Comparison comparison = Comparison.of(first.variant(), second.variant(), first.study(), second.study());
        ReportTable numbers = comparison.numbers();
        String html = ComparisonPage.write(new ComparisonContent(
                comparison.pair(),
                comparison.sentences(),
                comparison.knobs(),
                numbers,
                new Architectures()
                        .difference(comparison.first(), comparison.second())
                        .orElse(""),
                command()));
        write(page, html);
        PrintWriter print = spec.commandLine().getOut();
        switch (format) {
            case CSV -> print.print(CsvTable.write(numbers));
            case JSON -> print.print(JsonTable.write(numbers));
            case TEXT -> text(print, comparison, numbers, page);
        }
        print.flush();
        return 0;
    }

    private static void text(PrintWriter print, Comparison comparison, ReportTable numbers, Path page) {
        if (!comparison.knobs().isEmpty()) {
            List<List<String>> knobs = new ArrayList<>();
            knobs.add(List.of(
                    "Knob", comparison.first().name(), comparison.second().name()));
            for (KnobChange change : comparison.knobs()) {
                knobs.add(List.of(change.knob(), change.from(), change.to()));
            }
            AlignedText.write(print, knobs, 0);
            print.println();
        }
        List<List<String>> rows = new ArrayList<>();
        // The interval stands beside the difference already.
        List<Integer> shown = List.of(0, 1, 2, 3, 4, 6, 7, 8);
        rows.add(shown.stream().map(i -> numbers.columns().get(i).heading()).toList());
        for (int row = 0; row < numbers.rows().size(); row++) {
            int at = row;
            rows.add(shown.stream()
                    .map(i -> numbers.columns().get(i).cells().get(at).text())
                    .toList());
        }
        AlignedText.write(print, rows, shown.size() - 1);
        print.println();
        comparison.sentences().forEach(print::println);
        print.println(page);
    }

    private void write(Path page, String html) {
        try {
            if (to == null) {
                Files.createDirectories(page.toAbsolutePath().getParent());
            }
            AtomicFile.write(page, html.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new StudyException((to == null ? "" : "--to ") + page + ": cannot be written: "
                    + StudyDirectory.reason(e) + "; give a file in an existing folder with --to");
        }
    }

    private String command() {
        return "./ditlab compare " + names.stream().map(CompareVerb::shown).collect(Collectors.joining(" "));
    }

    /** A study's directory by its name alone: where it lies is no part of the page. */
    private static String shown(String name) {
        int mark = name.indexOf('#');
        int slash = name.lastIndexOf('/', mark < 0 ? name.length() : mark);
        boolean path = slash >= 0 && (name.startsWith("/") || name.startsWith("."));
        return RunCommand.quoted(path ? name.substring(slash + 1) : name);
    }

    private static String fileName(ComparedVariant first, ComparedVariant second) {
        return "compare-" + slug(first) + "-vs-" + slug(second) + ".html";
    }

    /** Letters, digits and hyphens; with its place in the study where another variant would be called alike. */
    private static String slug(ComparedVariant compared) {
        String own = slug(compared.variant().name());
        long alike = compared.study().variants().stream()
                .filter(variant -> slug(variant.name()).equals(own))
                .count();
        int place = compared.study().variants().indexOf(compared.variant()) + 1;
        return own.isEmpty() || alike > 1 ? (own + "-" + place).replaceAll("^-", "") : own;
    }

    private static String slug(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
    }
}
