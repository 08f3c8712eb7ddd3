package org.ditlab.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.ditlab.summary.StudyFixture;
import org.ditlab.summary.StudySummary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.NumericColumn;

/** What is written for LaTeX: its structure, and with the long tests whether a LaTeX of this machine takes it. */
class LatexOutputTests {
    private static final TableOptions ALL = new TableOptions(true, true, PublishedChoice.ALL);
    private static final List<String> COMPILERS = List.of("pdflatex", "lualatex", "xelatex", "tectonic");
    private static final Pattern MACRO = Pattern.compile("\\\\newcommand\\{\\\\([^}]*)}\\{([^{}]|\\{[^{}]*})*}");

    @TempDir
    Path directory;

    private Map<String, ReportTable> tables() throws IOException {
        StudySummary standard = StudySummary.read(StudyFixture.standard(directory.resolve("standard")));
        Map<String, ReportTable> tables = new LinkedHashMap<>();
        tables.put("standard", ComparisonTable.of(standard, ALL));
        tables.put("published", PublishedTable.of(standard, PublishedChoice.ALL).orElseThrow());
        tables.put(
                "protocols",
                ComparisonTable.of(StudySummary.read(StudyFixture.twoProtocols(directory.resolve("protocols"))), ALL));
        tables.put(
                "stopped",
                ComparisonTable.of(StudySummary.read(StudyFixture.stopped(directory.resolve("stopped"))), ALL));
        tables.put("hostile", hostile());
        return tables;
    }

    private static ReportTable hostile() {
        List<String> names = List.of(
                "\\input{/etc/passwd}",
                "a & b % c # d _ e ^ f ~ g { h } $ i $ \\",
                "[2pt] <x> | \"q\" `y' }}{{",
                "\u03c0 \u2192 \u221e \u0394 \u4e2d\u6587 \ud83d\ude00 \u00e9 \u00df \u0141 \u2026",
                "*",
                "new\nline\tand\u0007bell");
        List<Cell> texts = names.stream().map(Cell::of).toList();
        List<Cell> numbers = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            numbers.add(new Cell("1.0 \u00b1 0.2", i).marked(Mark.values()[i % 3]));
        }
        return ReportTable.of(
                "hostile_name & more",
                List.of(new TableColumn("N_a%me", "", false, texts), new TableColumn("\u0394 #", "", true, numbers)),
                names);
    }

    @Test
    void bracesBalanceAndEveryLineHasItsColumns() throws IOException {
        tables().forEach((name, table) -> {
            String tex = LatexTable.write(table);
            String plain = tex.replaceAll("\\\\[\\\\{}&%#$_]", "");
            int depth = 0;
            for (char c : plain.replaceAll("(?m)%.*$", "").toCharArray()) {
                depth += c == '{' ? 1 : c == '}' ? -1 : 0;
                assertThat(depth).as(name).isNotNegative();
            }
            assertThat(depth).as(name).isZero();
            assertThat(tex.lines().filter(line -> line.endsWith(" \\\\")))
                    .as(name)
                    .hasSize(table.rows().size() + 1)
                    .allSatisfy(
                            line -> assertThat(line.replace("\\&", "").chars().filter(c -> c == '&'))
                                    .hasSize(table.columns().size() - 1));
            assertThat(tex.codePoints().allMatch(c -> c < 0x180 && (c >= 32 || c == '\n')))
                    .as(name)
                    .isTrue();
        });
    }

    @Test
    void everyNumberHasAMacroOfItsOwnInLetters() throws IOException {
        for (Map.Entry<String, ReportTable> entry : tables().entrySet()) {
            if (!entry.getValue().model().containsColumn("trials")) {
                continue;
            }
            List<String> macros = new ArrayList<>();
            for (String line : LatexNumbers.write(entry.getValue()).lines().toList()) {
                if (!line.startsWith("%")) {
                    var matcher = MACRO.matcher(line);
                    assertThat(matcher.matches()).as(line).isTrue();
                    macros.add(matcher.group(1));
                }
            }
            assertThat(macros).doesNotHaveDuplicates().allMatch(macro -> macro.matches("[A-Za-z]+"));
            long numbers = entry.getValue().model().columns().stream()
                    .filter(column -> column instanceof NumericColumn<?>)
                    .mapToLong(column -> column.size() - column.countMissing())
                    .sum();
            assertThat(macros).hasSize(Math.toIntExact(numbers));
        }
    }

    @Test
    void aSecondProtocolLeavesTheNamesOfTheFirst() throws IOException {
        String tex = LatexNumbers.write(
                ComparisonTable.of(StudySummary.read(StudyFixture.twoProtocols(directory.resolve("protocols")))));
        assertThat(tex).contains("\\samplersFiftyFID}{60.8}", "\\samplersTenFIDProtocolB}{80.8}");
    }

    /** A document with all tables that writes a number by its macro. */
    @Test
    @Tag("long")
    void aLatexOfThisMachineTakesAllOfIt() throws IOException, InterruptedException {
        Optional<String> compiler =
                COMPILERS.stream().filter(LatexOutputTests::installed).findFirst();
        assumeTrue(compiler.isPresent(), "no LaTeX on the path; looked for " + COMPILERS);
        Path folder = Files.createDirectories(directory.resolve("tex"));
        StringBuilder document = new StringBuilder("\\documentclass{article}\n\\usepackage[utf8]{inputenc}\n"
                + "\\usepackage[T1]{fontenc}\n\\usepackage{booktabs}\n\\usepackage{graphicx}\n");
        for (Map.Entry<String, ReportTable> entry : tables().entrySet()) {
            Files.writeString(folder.resolve(entry.getKey() + ".tex"), LatexTable.write(entry.getValue()));
            if (entry.getValue().model().containsColumn("trials")) {
                Files.writeString(
                        folder.resolve(entry.getKey() + "-numbers.tex"), LatexNumbers.write(entry.getValue()));
                document.append("\\input{").append(entry.getKey()).append("-numbers}\n");
            }
        }
        document.append("\\begin{document}\nFID of the base: \\quickstartBaseFID{} $\\pm$ \\quickstartBaseFIDCi.\n");
        tables().keySet()
                .forEach(name -> document.append("\\input{").append(name).append("}\n\\clearpage\n"));
        document.append("\\end{document}\n");
        Files.writeString(folder.resolve("all.tex"), document);
        List<String> command = new ArrayList<>(List.of(compiler.get()));
        if (!compiler.get().equals("tectonic")) {
            command.addAll(List.of("-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape"));
        }
        command.add("all.tex");
        Path log = folder.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(log, StandardCharsets.ISO_8859_1);
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(folder.resolve("all.pdf")).isNotEmptyFile();
        assertThat(said).doesNotContain("Missing character", "undefined");
    }

    private static boolean installed(String command) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }
}
