package org.ditlab.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ditlab.summary.StudyFixture;
import org.ditlab.summary.StudySummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;

class ComparisonTableTests {
    private static final String FID = "FID[classifier:shapes-16]";

    @TempDir
    Path directory;

    private ReportTable standard() throws IOException {
        return ComparisonTable.of(StudySummary.read(StudyFixture.standard(directory)));
    }

    @Test
    void rowsFollowTheStudyAndFixedRowsStandLast() throws IOException {
        ReportTable table = standard();
        assertThat(table.model().stringColumn("variant").asList())
                .containsExactly(
                        "base",
                        "wide & <deep>",
                        "patch_2",
                        "+ rope | 100%",
                        "deep",
                        "untrained",
                        "floor (held-out real images)");
        assertThat(table.rows().subList(5, 7)).containsExactly(RowKind.UNTRAINED, RowKind.FLOOR);
        assertThat(table.columns().stream().map(TableColumn::heading))
                .containsExactly(
                        "Variant",
                        "Seeds",
                        "Params (k)",
                        "GMACs",
                        "Training (GMACs)",
                        "s/step",
                        "images/s",
                        "Peak memory (MiB)",
                        FID,
                        "IS[classifier:shapes-16]",
                        "Labels",
                        "Train loss",
                        "Status");
    }

    /** FID of three seeds as in EstimateTests; training GMACs = 3 x 0.0019 x 32 x 1000. */
    @Test
    void numbersAreThoseOfTheTrials() throws IOException {
        Table model = ComparisonTable.of(StudySummary.read(StudyFixture.complete(directory)))
                .model();
        assertThat(model.doubleColumn(FID).get(0)).isEqualTo(60.06666666666666, within(1e-12));
        assertThat(model.doubleColumn(FID + " ci95").get(0)).isEqualTo(2.857658276668302, within(1e-8));
        assertThat(model.intColumn(FID + " n").get(0)).isEqualTo(3);
        assertThat(model.doubleColumn("gmacs").get(0)).isEqualTo(0.0019);
        assertThat(model.doubleColumn("training_gmacs").get(0)).isEqualTo(182.4, within(1e-9));
        assertThat(model.doubleColumn("peak_memory_bytes").get(0)).isEqualTo(308_400_000);
        assertThat(model.doubleColumn(FID).get(2)).isEqualTo(1.37);
    }

    @Test
    void seedsThatDivergedOrRunAreSaidAndCountInNoMean() throws IOException {
        ReportTable table = standard();
        List<Cell> status = table.columns().get(12).cells();
        assertThat(status.get(3).text()).isEqualTo("1/2 done, 1 diverged (at step 310)");
        assertThat(status.get(4).text()).isEqualTo("1/2 done, 1 planned");
        assertThat(table.columns().get(8).cells().get(3).text()).isEqualTo("58.0 (n = 1)");
        assertThat(table.model().doubleColumn(FID + " ci95").isMissing(3)).isTrue();
    }

    @Test
    void whatWasStoppedEarlySaysSoInsteadOfNumbers() throws IOException {
        StudySummary study = StudySummary.read(StudyFixture.stopped(directory));
        ReportTable table = ComparisonTable.of(study);
        assertThat(table.columns().get(12).cells())
                .extracting(Cell::text)
                .startsWith("2/2 done", "1/2 done, 1 stopped at step 500", "0/2 done, 2 stopped at step 500, 1500");
        assertThat(table.columns().get(8).cells())
                .extracting(Cell::text)
                .contains("41.2 (n = 1)", "stopped at step 500, 1500");
        assertThat(table.model().doubleColumn(FID).isMissing(2)).isTrue();
        assertThat(table.captionText()).contains("A seed that early stopping ended", "3 of 6 trials done, 3 stopped");
        assertThat(MarkdownTable.write(table)).contains("| deep |", "stopped at step 500, 1500");
        assertThat(study.complete()).isTrue();
    }

    @Test
    void aTrainingThatRanOutOfMemoryIsNamedUnderTheTable() throws IOException {
        Path study = StudyFixture.standard(directory);
        assertThat(standard().caption()).noneMatch(sentence -> sentence.contains("Memory"));
        Path result = study.resolve("trials")
                .resolve(StudySummary.read(study).trials().get(1).id())
                .resolve("result.json");
        String text = Files.readString(result);
        assertThat(text).contains("\"train.seconds\"");
        Files.writeString(result, text.replace("\"train.seconds\"", "\"train.micro_batch\": 4, \"train.seconds\""));
        assertThat(ComparisonTable.of(StudySummary.read(study)).caption())
                .anyMatch(sentence -> sentence.startsWith("Memory ran out while base seed 2 (micro-batch 4) trained"));
    }

    @Test
    void twoProtocolsNeverShareAColumn() throws IOException {
        ReportTable table = ComparisonTable.of(StudySummary.read(StudyFixture.twoProtocols(directory)));
        String fifty = "FID[classifier:shapes-16; sampler: ddim 50]";
        String ten = "FID[classifier:shapes-16; sampler: ddim 10]";
        assertThat(table.model().columnNames()).contains(fifty, ten).doesNotContain(FID);
        assertThat(table.model().doubleColumn(fifty).get(0)).isEqualTo(60.8);
        assertThat(table.model().doubleColumn(fifty).isMissing(1)).isTrue();
        assertThat(table.model().doubleColumn(ten).get(1)).isEqualTo(80.8);
        assertThat(table.captionText()).contains("2 protocols that differ in sampler");
    }

    /** Not ranked: a variant with a diverged or running seed, the untrained model, the floor. */
    @Test
    void theBestAndTheSecondBestAreMarkedInEveryFormat() throws IOException {
        ReportTable table = standard();
        for (int column : new int[] {8, 9}) {
            assertThat(table.columns().get(column).cells())
                    .extracting(Cell::mark)
                    .containsExactly(Mark.NONE, Mark.SECOND, Mark.BEST, Mark.NONE, Mark.NONE, Mark.NONE, Mark.NONE);
        }
        assertThat(table.columns().get(11).cells()).allMatch(cell -> cell.mark() == Mark.NONE);
        assertThat(MarkdownTable.write(table)).contains("| **38.0 \u00b1 4.4** |", "| <ins>41.6 \u00b1 5.1</ins> |");
        assertThat(LatexTable.write(table))
                .contains("& \\textbf{38.0 $\\pm$ 4.4} &", "& \\underline{41.6 $\\pm$ 5.1} &");
        assertThat(HtmlTable.write(table))
                .contains("<strong class=\"best\">38.0", "<u class=\"second\">41.6 \u00b1 5.1</u>");
        assertThat(table.captionText())
                .contains("bold is the best mean", "does not say that a difference is significant");
        assertThat(ComparisonTable.of(StudySummary.read(StudyFixture.planned(directory.resolve("planned"))))
                        .captionText())
                .doesNotContain("bold");
    }

    @Test
    void captionNamesProtocolConventionAndInterval() throws IOException {
        assertThat(standard().captionText())
                .contains(
                        "9 of 11 trials done",
                        "features classifier:shapes-16",
                        "held-out accuracy of the extractor 97.3 %",
                        "sampler: ddim 50",
                        "not Inception's",
                        "95 % confidence interval",
                        "3 x batch x steps x GMACs of the graph that trains",
                        "pure multiply-accumulates");
    }

    @Test
    void csvHasOneHeaderOneRowPerVariantAndPlainNumbers() throws IOException {
        ReportTable table = standard();
        String csv = CsvTable.write(table);
        assertThat(csv.lines()).hasSize(8);
        assertThat(csv).startsWith("variant,kind,seeds,seeds_planned,params,params_folded,gmacs,");
        Table read = Table.read().csv(csv, "table");
        assertThat(read.columnNames()).isEqualTo(table.model().columnNames());
        assertThat(read.column("variant").asStringColumn().asList())
                .isEqualTo(table.model().stringColumn("variant").asList());
        for (int row = 0; row < 7; row++) {
            assertThat(read.doubleColumn(FID).getDouble(row))
                    .isEqualTo(table.model().doubleColumn(FID).getDouble(row));
        }
        assertThat(csv).doesNotContain("E-").doesNotContain("NaN").doesNotContain("#");
    }

    @Test
    void markdownHasTheShapeOfATableAndEscapes() throws IOException {
        List<String> lines = MarkdownTable.write(standard()).lines().toList();
        assertThat(lines.get(0)).startsWith("| Variant | Seeds |");
        assertThat(lines.get(1)).matches("(\\| [:-]+ )+\\|");
        for (String line : lines.subList(0, 9)) {
            assertThat(line.replace("\\|", "").chars().filter(c -> c == '|')).hasSize(14);
        }
        assertThat(lines.get(3)).contains("wide \\& \\<deep\\>", "41.6 \u00b1 5.1");
        assertThat(lines.get(5)).contains("+ rope \\| 100%");
        assertThat(lines.get(7)).startsWith("| *untrained* |");
    }

    @Test
    void aNameIsNoPictureInMarkdown() {
        assertThat(MarkdownTable.escaped("![x](https://a) ~~$y$~~ &lt;"))
                .isEqualTo("![x\\](https://a) \\~\\~\\$y\\$\\~\\~ \\&lt;");
    }

    @Test
    void aSignIsAMinusInLatexAndAnExponentsStays() {
        assertThat(LatexText.minus("-5.83 and -0.2", "$-$")).isEqualTo("$-$5.83 and $-$0.2");
        assertThat(LatexText.minus("1e-5, 2026-11-22, --, v-1", "$-$")).isEqualTo("1e-5, 2026-11-22, --, v-1");
    }

    @Test
    void latexIsABooktabsTableWithEscapedText() throws IOException {
        String tex = LatexTable.write(standard());
        assertThat(tex).contains("\\toprule", "\\bottomrule", "\\label{tab:quickstart}", "61.5 $\\pm$ 8.3");
        assertThat(tex).contains("wide \\& \\textless{}deep\\textgreater{}", "patch\\_2", "100\\%");
        assertThat(tex.lines().filter(line -> line.endsWith(" \\\\")))
                .hasSize(8)
                .allSatisfy(line -> assertThat(line.replace("\\&", "").chars().filter(c -> c == '&'))
                        .hasSize(12));
        assertThat(tex.chars().filter(c -> c == '{').count())
                .isEqualTo(tex.chars().filter(c -> c == '}').count());
        assertThat(tex.chars().allMatch(c -> c < 128)).isTrue();
    }

    @Test
    void numbersAreMacrosThatAgreeWithTheTableAndNameTheirTrials() throws IOException {
        ReportTable table = standard();
        String tex = LatexNumbers.write(table);
        assertThat(tex).contains("\\newcommand{\\quickstartBaseFID}{61.5}", "\\newcommand{\\quickstartBaseFIDCi}{8.3}");
        assertThat(tex).contains("\\newcommand{\\quickstartPatchTwoGmacs}{0.00770}");
        assertThat(tex).contains("\\newcommand{\\quickstartFloorFID}{1.37}");
        assertThat(tex)
                .contains("% base, trials: "
                        + table.model().stringColumn("trials").get(0));
        List<String> macros =
                tex.lines().filter(line -> line.startsWith("\\newcommand")).toList();
        assertThat(macros).allMatch(line -> line.matches("\\\\newcommand\\{\\\\[A-Za-z]+}\\{-?[0-9.]+}"));
        assertThat(macros.stream().map(line -> line.substring(0, line.indexOf("}{"))))
                .doesNotHaveDuplicates();
    }

    @Test
    void htmlEscapesAndKeepsFixedRowsApart() throws IOException {
        String html = HtmlTable.write(standard());
        assertThat(html).contains("wide &amp; &lt;deep&gt;").doesNotContain("<deep>");
        assertThat(html.substring(html.indexOf("<tfoot>"))).contains("untrained", "held-out");
        assertThat(html).contains("data-order=\"61.45\"");
    }

    @Test
    void jsonHasTheRowsOfTheCsv() throws IOException {
        assertThat(JsonTable.write(standard()))
                .contains("\"variant\" : \"base\"", "\"" + FID + "\" : 61.45", "\"" + FID + " ci95\" : null");
    }

    @Test
    void aStudyThatHasNotBegunHasItsCosts() throws IOException {
        ReportTable table = ComparisonTable.of(StudySummary.read(StudyFixture.planned(directory)));
        assertThat(table.rows()).containsExactly(RowKind.VARIANT, RowKind.UNTRAINED);
        assertThat(table.model().columnNames()).noneMatch(name -> name.startsWith("FID"));
        assertThat(table.model().doubleColumn("gmacs").get(0)).isEqualTo(0.0019);
        assertThat(table.captionText()).contains("0 of 2 trials done, 2 planned", "No trial has been measured yet");
    }
}
