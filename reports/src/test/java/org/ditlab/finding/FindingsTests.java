package org.ditlab.finding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.ditlab.study.Change;
import org.ditlab.study.GroupOrder;
import org.ditlab.study.Knobs;
import org.ditlab.study.PlanGroup;
import org.ditlab.study.StudySpec;
import org.ditlab.study.yaml.StudyYaml;
import org.ditlab.store.TrialStatus;
import org.ditlab.summary.MergedStudies;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.ReportTable;
import org.ditlab.table.TableColumn;
import org.junit.jupiter.api.Test;

class FindingsTests {
    private static final Map<String, Object> NONE = Map.of();

    /** A ladder of two rungs and a control, three seeds; the first rung gains 10 +- 0, nearly, the second nothing much. */
    private static StudySummary ladder() {
        return new MemoryStudy()
                .spec(
                        "ladder",
                        List.of(Map.of("name", "up"), Map.of("control", "slim", "of", "base"), Map.of("name", "top")))
                .variant("base", 4, NONE, 60, 61, 62)
                .variant("up", 3, Map.of("patch", 2), 50, 51.1, 51.9)
                .variant("slim", 2, Map.of("width", 48), 70, 72, 71)
                .variant("top", 3.2, Map.of("patch", 2, "ffn", "conv"), 50.5, 50, 52.5)
                .group("ladder", "base", "up", "slim", "top")
                .study();
    }

    @Test
    void ladderSharesTheWholeGain() {
        Finding finding = finding(ladder(), "ladder");

        assertThat(finding.sentences().get(0))
                .isEqualTo(
                        "From base to top the ladder lowers FID[classifier:shapes-32] by 10.0 ± 2.2 over 3 paired seeds; the"
                                + " largest gain of a rung is that of up, 10.00 ± 0.25, 100 % of the whole.");
        assertThat(finding.sentences().get(1)).contains("1 of 2 rungs").contains(": up (each by itself");
        ReportTable table = finding.tables().get(0);
        assertThat(column(table, "Rung")).containsExactly("base", "up", "top", "whole ladder");
        assertThat(column(table, "Share")).containsExactly("-", "100 %", "0 %", "100 %");
        assertThat(column(table, "More GMACs")).containsExactly("-", "-1.00", "0.200", "-0.800");
    }

    @Test
    void testsSayWhatFewSeedsCanReach() {
        Finding finding = finding(ladder(), "tests");

        assertThat(finding.sentences()).hasSize(4);
        assertThat(finding.sentences().get(0))
                .isEqualTo(
                        "Each rung against the one below it, 2 comparisons over 3 paired seeds: the paired t test at 0.05 with"
                                + " Holm's correction finds lower FID[classifier:shapes-32] for up. 1 other is not told from no"
                                + " difference.");
        assertThat(finding.sentences().get(1))
                .isEqualTo(
                        "With 3 seeds the smallest p a sign-flip or a signed rank test can give is 0.25; 6 seeds would be"
                                + " needed for 0.05, and 7 with Holm's correction over 2 comparisons.");
        assertThat(finding.sentences().get(2)).startsWith("Each control against what it starts from, 1 comparison");
        assertThat(finding.tables()).extracting(ReportTable::name).containsExactly("tests-ladder", "tests-controls");
        assertThat(column(finding.tables().get(0), "p (sign flips)")).containsExactly("0.25", "1.0");
        assertThat(column(finding.tables().get(0), "p (sign flips, Holm)")).containsExactly("0.50", "1.0");
    }

    @Test
    void correctionIsLeftOutWhereTheStudySaysSo() {
        StudySummary study = new MemoryStudy()
                .spec("compare", Map.of("correction", "none"))
                .variant("base", 4, NONE, 60, 61)
                .variant("wide", 5, Map.of("width", 96), 50, 51.1)
                .group("list", "base", "wide")
                .study();
        Finding finding = finding(study, "tests");

        assertThat(finding.tables().get(0).columns())
                .extracting(TableColumn::heading)
                .noneMatch(heading -> heading.contains("Holm"));
        assertThat(finding.sentences().get(0)).contains("not corrected as the study asks");
    }

    @Test
    void oneSeedIsSaidToAllowNothing() {
        StudySummary study = new MemoryStudy()
                .variant("base", 4, NONE, 60)
                .variant("wide", 5, Map.of("width", 96), 50)
                .group("ladder", "base", "wide")
                .study();

        assertThat(finding(study, "tests").sentences().get(0)).endsWith("one seed allows no test and no interval.");
        assertThat(finding(study, "ladder").sentences()).contains("One seed allows no interval; shares are left out.");
        assertThat(finding(study, "scaling").sentences().get(0)).contains("2 different costs do not determine");
    }

    @Test
    void permutedLadderOverAllSetsIsExact() {
        StudySummary study = new MemoryStudy()
                .variant("base", 4, NONE, 60, 62)
                .variant("+ a", 4, Map.of("a", true), 56, 58.5)
                .variant("+ b", 4, Map.of("b", true), 58, 59.5)
                .variant("both", 4, Map.of("a", true, "b", true), 50, 52)
                .permuted(
                        "all 2 orders of 2 rungs",
                        List.of("base", "+ a", "both", "+ b"),
                        new GroupOrder(List.of("a", "b"), List.of(0, 1, 2)),
                        new GroupOrder(List.of("b", "a"), List.of(0, 3, 2)))
                .study();
        Finding finding = finding(study, "attribution");

        // Seed 1: a gains 4 first and 8 second, b 2 and 6; seed 2: 3.5 and 7.5, 2.5 and 6.5.
        assertThat(finding.sentences().get(0))
                .contains("all 4 combinations of 2 changes")
                .contains("Worth most: a");
        ReportTable values = finding.tables().get(0);
        assertThat(column(values, "Change")).containsExactly("a", "b");
        assertThat(orders(values, "Shapley value")).containsExactly(5.75, 4.25);
        assertThat(orders(values, "Least gain")).containsExactly(3.75, 2.25);
        assertThat(orders(values, "Most gain")).containsExactly(7.75, 6.25);
        assertThat(orders(finding.tables().get(1), "Interaction")).containsExactly(4.0);
    }

    @Test
    void someOrdersAreCalledAnEstimate() {
        StudySummary study = new MemoryStudy()
                .variant("base", 4, NONE, 60, 62)
                .variant("+ a", 4, Map.of("a", true), 56, 58.5)
                .variant("both", 4, Map.of("a", true, "b", true), 50, 52)
                .permuted(
                        "1 of 2 orders of 2 rungs",
                        List.of("base", "+ a", "both"),
                        new GroupOrder(List.of("a", "b"), List.of(0, 1, 2)))
                .study();
        Finding finding = finding(study, "attribution");

        assertThat(finding.sentences().get(0)).contains("means over 1 of the 2 orders of 2 changes, an estimate");
        assertThat(orders(finding.tables().get(0), "Shapley value")).containsExactly(6.25, 3.75);
    }

    @Test
    void gridOfTwoValuesStartsAtTheBase() {
        StudySummary study = new MemoryStudy()
                .variant("base", 4, Map.of("patch", 4, "width", 64), 60, 61)
                .variant("patch=2, width=64", 16, Map.of("patch", 2, "width", 64), 50, 51)
                .variant("patch=4, width=96", 8, Map.of("patch", 4, "width", 96), 57, 58)
                .variant("patch=2, width=96", 32, Map.of("patch", 2, "width", 96), 40, 41)
                .group(new PlanGroup(
                        "grid",
                        "grid of patch and width",
                        List.of(
                                MemoryStudy.member("patch=2, width=64", Map.of("patch", 2, "width", 64)),
                                MemoryStudy.member("patch=2, width=96", Map.of("patch", 2, "width", 96)),
                                MemoryStudy.member("base", Map.of("patch", 4, "width", 64)),
                                MemoryStudy.member("patch=4, width=96", Map.of("patch", 4, "width", 96))),
                        List.of(),
                        List.of()))
                .study();
        Finding finding = finding(study, "attribution");

        assertThat(column(finding.tables().get(0), "Change")).containsExactly("patch: 4 to 2", "width: 64 to 96");
        assertThat(orders(finding.tables().get(0), "Shapley value")).containsExactly(13.5, 6.5);
    }

    @Test
    void paretoSaysWhoIsBehindAndWhetherTheSeedsTell() {
        Finding finding = finding(ladder(), "pareto");

        assertThat(finding.sentences().get(0))
                .contains("2 of 4 variants are on the front")
                .contains("slim, up");
        assertThat(finding.sentences().get(1)).contains("base (by up)");
        assertThat(finding.sentences().get(2)).isEqualTo("Not told from the front: top.");
        assertThat(column(finding.tables().get(0), "Told")).containsExactly("-", "-", "no", "yes");
    }

    @Test
    void scalingFindsTheCurveThatIsThere() {
        MemoryStudy study = new MemoryStudy();
        for (int i = 0; i < 6; i++) {
            double gmacs = Math.pow(2, i);
            double fid = 40 * Math.pow(gmacs, -0.5) + 10;
            study.variant("w" + i, gmacs, Map.of("width", 32 << i), fid, fid);
        }
        Finding finding = finding(study.study(), "scaling");

        assertThat(finding.sentences().get(0)).contains("= 40.0 * GMACs^-0.500 + 10.0 over 6 variants");
        assertThat(column(finding.tables().get(0), "Value")).containsExactly("40.0", "0.500", "10.0");
    }

    @Test
    void surrogateNamesTheKnobAndKeepsItsProvenance() {
        MemoryStudy study = new MemoryStudy();
        study.variant("base", 1, Map.of("width", 32, "heads", 2, "ffn", "mlp"), 60, 60.4);
        for (int i = 1; i < 12; i++) {
            int width = 32 << i % 3;
            String ffn = i / 3 % 2 == 0 ? "mlp" : "depthwise-conv";
            study.variant(
                    "v" + i,
                    width / 32.0,
                    Map.of("width", width, "heads", width / 16, "ffn", ffn),
                    60 - width / 4.0 + i * 0.01,
                    60.4 - width / 4.0);
        }
        Finding finding = finding(study.study(), "surrogate");

        assertThat(finding.sentences().get(0)).contains("12 variants").contains("leaving one variant out at a time");
        assertThat(finding.sentences().get(1)).contains("heads with width");
        assertThat(column(finding.tables().get(0), "Knob").get(0)).isEqualTo("heads with width");
        assertThat(finding.files().keySet()).contains("surrogate.json");
        assertThat(finding.files().get("surrogate.json"))
                .contains("ElasticNetCDTrainer")
                .contains("\"variants\" : [ \"base\"");
    }

    /** What is suggested is a study that can be read, and was not tried. */
    @Test
    void suggestionsReadAsAList() {
        MemoryStudy study = new MemoryStudy();
        study.variant("base", 1, Map.of("width", 96, "ffn", "mlp", "patch", 4), 60);
        study.variant("a", 1, Map.of("width", 192, "ffn", "mlp", "patch", 4), 50);
        study.variant("b", 1, Map.of("width", 96, "ffn", "depthwise-conv", "patch", 4), 55);
        study.variant("c", 1, Map.of("width", 96, "ffn", "mlp", "patch", 2), 42);
        study.variant("d", 1, Map.of("width", 192, "ffn", "mlp", "patch", 2), 33);
        study.variant("e", 1, Map.of("width", 384, "ffn", "mlp", "patch", 4), 41);
        Finding finding = finding(study.study(), "surrogate");

        String list = finding.files().get("surrogate-next.yaml");
        StudySpec spec = StudyYaml.read(
                "study: next\nbase: { model: DiT-S/4 }\n" + list + "seeds: 1\n", "next.yaml", Knobs.installed());
        List<Change> changes = spec.plans().get(0).changes();
        assertThat(changes).hasSize(5).extracting(Change::name).startsWith("next 1", "next 2");
        assertThat(finding.sentences().get(finding.sentences().size() - 1)).contains("ditlab plan says first");
    }

    @Test
    void protocolsAreNeverMixed() {
        StudySummary study = new MemoryStudy()
                .variant("fifty", 4, Map.of("sample.steps", 50), 60, 61)
                .variant("fifty wide", 5, Map.of("sample.steps", 50, "width", 9), 50, 51)
                .sampler("ddim 10")
                .variant("ten", 4, Map.of("sample.steps", 10), 80, 81)
                .variant("ten wide", 5, Map.of("sample.steps", 10, "width", 9), 70, 71.5)
                .study();
        List<Finding> findings = Findings.of(study);

        assertThat(findings).extracting(Finding::id).contains("tests", "tests-2", "pareto", "pareto-2");
        assertThat(column(finding(study, "tests").tables().get(0), "Variant")).containsExactly("fifty wide");
        assertThat(column(finding(study, "tests-2").tables().get(0), "Against")).containsExactly("ten");
    }

    @Test
    void withoutFidTheHeldOutLossIsJudged() {
        StudySummary study = new MemoryStudy()
                .metric("heldout.loss")
                .variant("base", 4, NONE, 0.16, 0.17)
                .variant("wide", 5, Map.of("width", 9), 0.15, 0.155)
                .study();

        assertThat(finding(study, "tests").title()).isEqualTo("Paired tests of held-out loss");
    }

    /** Two studies with a ladder, a control "Slim" and a list each; names alone would take the first study's for both. */
    @Test
    void mergedStudiesKeepTheirOwnControlsAndBases() {
        Finding finding = finding(MergedStudies.of(List.of(laddered("one", 0), laddered("two", 100))), "tests");

        assertThat(finding.tables())
                .extracting(ReportTable::name)
                .containsExactly(
                        "tests-ladder",
                        "tests-list",
                        "tests-controls",
                        "tests-ladder-2",
                        "tests-list-2",
                        "tests-controls-2");
        assertThat(column(finding.tables().get(0), "Against")).containsExactly("one: base");
        assertThat(column(finding.tables().get(1), "Against")).containsExactly("one: base");
        assertThat(column(finding.tables().get(2), "Against")).containsExactly("one: up");
        assertThat(column(finding.tables().get(3), "Variant")).containsExactly("up");
        assertThat(column(finding.tables().get(3), "Against")).containsExactly("two: base");
        assertThat(column(finding.tables().get(4), "Against")).containsExactly("two: base");
        assertThat(column(finding.tables().get(5), "Against")).containsExactly("two: base");
        assertThat(finding.tables().get(5).captionText()).contains("each control against what it starts from (two)");
    }

    private static StudySummary laddered(String name, double above) {
        return new MemoryStudy()
                .name(name)
                .spec(
                        "ladder",
                        List.of(
                                Map.of("name", "up"),
                                Map.of("control", "Slim", "of", name.equals("one") ? "up" : "base")))
                .variant("base", 4, NONE, above + 60, above + 61, above + 62)
                .variant("up", 3, Map.of("patch", 2), above + 50, above + 51.1, above + 51.9)
                .variant("Slim", 2, Map.of("width", 48), above + 70, above + 72, above + 71)
                .variant("wide", 5, Map.of("width", 96), above + 40, above + 42, above + 41.5)
                .group("ladder", "base", "up", "Slim")
                .group("list", "wide")
                .study();
    }

    @Test
    void variantsWithoutAllSeedsAreNotRanked() {
        StudySummary study = new MemoryStudy()
                .variant("base", 4, NONE, 60, 61, 62)
                .variant("wide", 5, Map.of("width", 96), 50, 51.1, 51.9)
                .last(TrialStatus.DIVERGED)
                .variant("lucky", 3, Map.of("width", 48), 40, 41, 42)
                .study();
        Finding pareto = finding(study, "pareto");

        assertThat(column(pareto.tables().get(0), "Variant")).containsExactly("base", "wide");
        assertThat(pareto.sentences().get(0))
                .endsWith("base, wide. Left out, because seeds are missing: lucky (2/3 done, 1 diverged).");
        assertThat(finding(study, "scaling").sentences().get(0)).contains("2 different costs", "lucky (2/3 done");
    }

    /** Its mean is higher for a seed that the front's variant lacks nothing of, yet seed by seed no interval has a width. */
    @Test
    void equalDifferencesAreNoEvidence() {
        StudySummary study = new MemoryStudy()
                .variant("base", 4, NONE, .351, .412, .377)
                .variant("slim", 3, Map.of("width", 48), .341, .402, .367)
                .group("ladder", "base", "slim")
                .study();
        Finding tests = finding(study, "tests");

        assertThat(tests.sentences().get(0)).contains("tells none from no difference");
        assertThat(tests.sentences().get(1)).endsWith("all differences are equal, a spread of 0: slim.");
        assertThat(column(tests.tables().get(0), "p (t)")).containsExactly("-");
        assertThat(column(finding(study, "pareto").tables().get(0), "Told")).containsExactly("-", "spread 0");
    }

    @Test
    void everyCaptionSaysHowFidWasMeasured() {
        StudySummary study = new MemoryStudy()
                .protocol("samples", 10_000)
                .protocol("reference", "shapes, 50000 images")
                .protocol("guidance", 1.5)
                .sampler("ddim 50")
                .variant("base", 4, NONE, 60, 61, 62)
                .variant("wide", 5, Map.of("width", 96), 50, 51.1, 51.9)
                .study();

        assertThat(Findings.of(study).stream().flatMap(finding -> finding.tables().stream()))
                .isNotEmpty()
                .allSatisfy(table -> assertThat(table.captionText())
                        .contains(
                                "FID[classifier:shapes-32]: features classifier:shapes-32",
                                "reference: shapes, 50000 images, samples: 10000, sampler: ddim 50, guidance 1.5."));
    }

    /** A straight fall is steepest at the smallest exponent that is searched. */
    @Test
    void anExponentAtTheLimitIsSaidToBe() {
        MemoryStudy study = new MemoryStudy();
        for (int i = 0; i < 6; i++) {
            double gmacs = i + 1;
            study.variant("w" + i, gmacs, Map.of("width", 32 << i), 60 - 5 * gmacs);
        }
        Finding finding = finding(study.study(), "scaling");

        assertThat(finding.sentences().get(1)).startsWith("The best exponent lies at the end of what is searched, 0.01");
        assertThat(column(finding.tables().get(0), "95 % interval").get(1)).startsWith("no bound found");
    }

    @Test
    void idsAndTableNamesAreUnique() {
        List<Finding> findings = Findings.of(ladder());

        assertThat(findings).extracting(Finding::id).containsExactly("ladder", "tests", "pareto", "scaling");
        assertThat(findings.stream()
                        .flatMap(finding -> finding.tables().stream())
                        .map(ReportTable::name))
                .doesNotHaveDuplicates();
    }

    private static Finding finding(StudySummary study, String id) {
        return Findings.of(study).stream()
                .filter(finding -> finding.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> column(ReportTable table, String heading) {
        return cells(table, heading).cells().stream().map(cell -> cell.text()).toList();
    }

    private static List<Double> orders(ReportTable table, String heading) {
        return cells(table, heading).cells().stream().map(cell -> cell.order()).toList();
    }

    private static TableColumn cells(ReportTable table, String heading) {
        return table.columns().stream()
                .filter(column -> column.heading().equals(heading))
                .findFirst()
                .orElseThrow();
    }
}
