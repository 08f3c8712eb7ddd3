package org.ditlab.finding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.ditlab.statistics.Estimate;
import org.ditlab.statistics.Holm;
import org.ditlab.statistics.PairedDifference;
import org.ditlab.statistics.SeedsNeeded;
import org.ditlab.statistics.SignFlipTest;
import org.ditlab.statistics.SignedRankTest;
import org.ditlab.statistics.StudentTest;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.Figures;
import org.ditlab.table.ReportTable;

/** Which differences the seeds can tell from 0: three paired tests, corrected for how many comparisons there are. */
final class TestsFinding {
    private static final double LEVEL = StudentTest.LEVEL;
    private static final int NAMED = 8;
    private static final int ROWS = 60;

    private TestsFinding() {}

    private record Row(
            Contrast contrast,
            PairedDifference difference,
            StudentTest student,
            SignedRankTest ranks,
            SignFlipTest flips,
            double studentHolm,
            double flipsHolm,
            double level) {
        /** An estimate, made only for rows that are shown. */
        OptionalInt seeds() {
            Estimate estimate = difference.estimate();
            return difference.n() < 2
                    ? OptionalInt.empty()
                    : SeedsNeeded.byStudent(estimate.mean() / estimate.standardDeviation(), level);
        }
    }

    static Optional<Finding> of(StudySummary study, Measure measure) {
        List<ContrastFamily> families = ContrastFamily.of(study, measure);
        List<String> sentences = new ArrayList<>();
        List<ReportTable> tables = new ArrayList<>();
        boolean corrected =
                !(study.spec().get("compare") instanceof Map<?, ?> compare && "none".equals(compare.get("correction")));
        String id = "tests" + measure.suffix();
        for (ContrastFamily family : families) {
            List<Row> rows = rows(family, measure, corrected);
            sentences.add(verdict(family, measure, rows, corrected));
            List<String> constant = names(rows, row -> row.difference().constant());
            if (!constant.isEmpty()) {
                sentences.add("No p of the t test where all differences are equal, a spread of 0: " + joined(constant)
                        + ".");
            }
            reach(rows, corrected).ifPresent(sentences::add);
            tables.add(table(id + "-" + family.id(), family, measure, rows, corrected));
        }
        return families.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(id, "Paired tests of " + measure.label(), sentences, tables));
    }

    private static List<Row> rows(ContrastFamily family, Measure measure, boolean corrected) {
        List<PairedDifference> differences = family.contrasts().stream()
                .map(contrast -> measure.difference(contrast.variant(), contrast.other()))
                .toList();
        List<StudentTest> students = differences.stream().map(StudentTest::of).toList();
        List<SignFlipTest> flips = differences.stream().map(SignFlipTest::of).toList();
        double[] studentHolm =
                Holm.adjust(students.stream().mapToDouble(StudentTest::p).toArray());
        double[] flipsHolm =
                Holm.adjust(flips.stream().mapToDouble(SignFlipTest::p).toArray());
        double tested = students.stream().filter(test -> !Double.isNaN(test.p())).count();
        double level = corrected ? LEVEL / Math.max(1, tested) : LEVEL;
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < differences.size(); i++) {
            PairedDifference difference = differences.get(i);
            rows.add(new Row(
                    family.contrasts().get(i),
                    difference,
                    students.get(i),
                    SignedRankTest.of(difference),
                    flips.get(i),
                    studentHolm[i],
                    flipsHolm[i],
                    level));
        }
        return rows;
    }

    private static String verdict(ContrastFamily family, Measure measure, List<Row> rows, boolean corrected) {
        int most = most(rows);
        String opening = capital(family.title()) + ", " + rows.size()
                + (rows.size() == 1 ? " comparison" : " comparisons") + " over ";
        int least = rows.stream().mapToInt(row -> row.difference().n()).min().orElse(0);
        opening += (least == most ? "" + most : least + " to " + most)
                + (most == 1 ? " paired seed: " : " paired seeds: ");
        if (most < 2) {
            return opening + (most == 0 ? "no seed is shared yet." : "one seed allows no test and no interval.");
        }
        Predicate<Row> told =
                row -> (corrected ? row.studentHolm() : row.student().p()) <= LEVEL;
        List<String> lower = names(rows, told.and(row -> row.difference().mean() < 0));
        List<String> higher = names(rows, told.and(row -> row.difference().mean() > 0));
        String how = "the paired t test at " + LEVEL
                + (!corrected
                        ? ", not corrected as the study asks,"
                        : rows.size() > 1 ? " with Holm's correction" : "");
        if (lower.isEmpty() && higher.isEmpty()) {
            return opening + how + " tells none from no difference.";
        }
        List<String> parts = new ArrayList<>();
        if (!lower.isEmpty()) {
            parts.add("lower " + measure.label() + " for " + joined(lower));
        }
        if (!higher.isEmpty()) {
            parts.add("higher " + measure.label() + " for " + joined(higher));
        }
        int open = rows.size() - lower.size() - higher.size();
        return opening + how + " finds " + String.join(", and ", parts) + "."
                + (open == 0
                        ? ""
                        : " " + open + (open == 1 ? " other is" : " others are") + " not told from no difference.");
    }

    /** What exact tests over signs can reach with so few seeds, where that is not the level. */
    private static Optional<String> reach(List<Row> rows, boolean corrected) {
        int n = most(rows);
        int tested =
                (int) rows.stream().filter(row -> !Double.isNaN(row.flips().p())).count();
        int comparisons = corrected ? tested : 1;
        double smallest = SignFlipTest.smallest(n);
        if (n < 1 || smallest * comparisons <= LEVEL) {
            return Optional.empty();
        }
        String sentence = "With " + n + (n == 1 ? " seed" : " seeds")
                + " the smallest p a sign-flip or a signed rank test can give is " + Figures.significant(smallest, 2);
        int alone = SeedsNeeded.bySigns(LEVEL);
        sentence += smallest > LEVEL ? "; " + alone + " seeds would be needed for " + LEVEL : "";
        if (comparisons > 1) {
            sentence += (smallest > LEVEL ? ", and " : "; ") + SeedsNeeded.bySigns(LEVEL / comparisons)
                    + (smallest > LEVEL ? "" : " seeds would be needed for " + LEVEL)
                    + " with Holm's correction over " + comparisons + " comparisons";
        }
        return Optional.of(sentence + ".");
    }

    private static ReportTable table(
            String name, ContrastFamily family, Measure measure, List<Row> all, boolean corrected) {
        List<Row> rows = all.size() <= ROWS
                ? all
                : all.stream()
                        .sorted(Comparator.comparingDouble(
                                row -> Double.isNaN(row.student().p())
                                        ? 2
                                        : row.student().p()))
                        .limit(ROWS)
                        .toList();
        Columns<Row> columns = new Columns<>(rows)
                .text("Variant", "What is judged.", row -> row.contrast().label())
                .text(
                        "Against",
                        "What it is compared with.",
                        row -> row.contrast().other())
                .count(
                        "Seeds",
                        "Seeds that both have.",
                        row -> OptionalInt.of(row.difference().n()),
                        "-")
                .estimate(
                        "Difference",
                        "Mean of " + measure.label()
                                + " less the other's over paired seeds, with half its 95 % interval"
                                + " (Student's t); below 0 is better.",
                        row -> row.difference().estimate())
                .p("p (t)", "Paired t test, two-sided.", row -> row.student().p());
        if (corrected) {
            columns.p("p (t, Holm)", "The same after Holm's correction over the rows that have one.", Row::studentHolm);
        }
        columns.p(
                        "p (signed rank)",
                        "Wilcoxon's signed rank test, two-sided; differences of 0 dropped, ties share their mean rank, exact up"
                                + " to " + SignedRankTest.EXACT + " seeds.",
                        row -> row.difference().n() == 0
                                ? Double.NaN
                                : row.ranks().p())
                .p(
                        "p (sign flips)",
                        "Sign-flip permutation test of the mean, two-sided; exact up to " + SignFlipTest.EXACT
                                + " seeds, " + SignFlipTest.DRAWS + " draws from a fixed seed above.",
                        row -> row.flips().p());
        if (corrected) {
            columns.p("p (sign flips, Holm)", "The same after Holm's correction over the rows that have one.", Row::flipsHolm);
        }
        columns.count(
                "Seeds needed (estimate)",
                "Seeds with which the t test at " + LEVEL + (corrected ? ", divided by the number of rows with a p (t)," : "")
                        + " would find a difference of the observed size with a chance of 80 %; an estimate from these few"
                        + " seeds.",
                Row::seeds,
                "-");
        String shown = rows.size() == all.size()
                ? ""
                : "The " + ROWS + " comparisons of " + all.size() + " with the smallest p of the t test.";
        return shown.isEmpty()
                ? columns.table(name, "Paired tests, " + family.title() + ".")
                : columns.table(name, "Paired tests, " + family.title() + ".", shown);
    }

    private static int most(List<Row> rows) {
        return rows.stream().mapToInt(row -> row.difference().n()).max().orElse(0);
    }

    private static List<String> names(List<Row> rows, Predicate<Row> which) {
        return rows.stream().filter(which).map(row -> row.contrast().label()).toList();
    }

    /** Names in a sentence; of many the first few. */
    static String joined(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
        return names.size() <= NAMED ? first : first + " and " + (names.size() - NAMED) + " more";
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
