package org.ditlab.finding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ditlab.statistics.Estimate;
import org.ditlab.statistics.PairedDifference;
import org.ditlab.study.GroupMember;
import org.ditlab.study.Ladder;
import org.ditlab.study.PlanGroup;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.Figures;
import org.ditlab.table.ReportTable;

/** What every rung of a ladder gains over the one below it, and its share of the whole. */
final class LadderFinding {
    private LadderFinding() {}

    /** A rung; the whole ladder is the last row. */
    private record Row(String name, double gmacs, double more, Estimate level, PairedDifference gain, double share) {}

    static Optional<Finding> of(StudySummary study, Measure measure) {
        List<String> sentences = new ArrayList<>();
        List<ReportTable> tables = new ArrayList<>();
        String id = "ladder" + measure.suffix();
        for (PlanGroup group : study.groups()) {
            if (group.kind().equals(Ladder.WORD)) {
                List<GroupMember> members = ContrastFamily.ladder(group, study).stream()
                        .filter(member -> measure.has(member.variant()))
                        .toList();
                if (members.size() >= 2) {
                    List<Row> rows = rows(members, measure);
                    sentences.addAll(told(rows, members, measure, group, study));
                    tables.add(table(tables.isEmpty() ? id : id + "-rungs-" + (tables.size() + 1), rows, measure));
                }
            }
        }
        return tables.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(id, "What each rung gains in " + measure.label(), sentences, tables));
    }

    private static List<Row> rows(List<GroupMember> members, Measure measure) {
        // Over the seeds that all rungs have, gains sum to the whole.
        List<SortedMap<Long, Double>> values = members.stream()
                .map(member -> (SortedMap<Long, Double>) new TreeMap<>(measure.values(member.variant())))
                .toList();
        values.forEach(one -> values.forEach(other -> one.keySet().retainAll(other.keySet())));
        PairedDifference whole = PairedDifference.of(values.get(0), values.get(values.size() - 1));
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            PairedDifference gain = i == 0
                    ? new PairedDifference(List.of(), List.of())
                    : PairedDifference.of(values.get(i - 1), values.get(i));
            double gmacs = gmacs(measure, members.get(i));
            rows.add(new Row(
                    members.get(i).name(),
                    gmacs,
                    i == 0 ? Double.NaN : gmacs - gmacs(measure, members.get(i - 1)),
                    measure.estimate(members.get(i).variant()),
                    gain,
                    i > 0 && whole.clear() ? gain.mean() / whole.mean() : Double.NaN));
        }
        double more = rows.get(rows.size() - 1).gmacs() - rows.get(0).gmacs();
        rows.add(new Row(
                "whole ladder", Double.NaN, more, Estimate.of(List.of()), whole, whole.clear() ? 1 : Double.NaN));
        return rows;
    }

    private static double gmacs(Measure measure, GroupMember member) {
        return measure.variant(member.variant()).map(Measure::gmacs).orElse(Double.NaN);
    }

    private static List<String> told(
            List<Row> rows, List<GroupMember> members, Measure measure, PlanGroup group, StudySummary study) {
        List<String> sentences = new ArrayList<>();
        Row whole = rows.get(rows.size() - 1);
        int n = whole.gain().n();
        if (n == 0) {
            sentences.add("No seed is done for every rung yet, so that gains do not sum to the whole.");
            return sentences;
        }
        String over = n == 1 ? "one seed" : n + " paired seeds";
        List<Row> rungs = rows.subList(1, rows.size() - 1);
        Row largest = rungs.stream()
                .max(Comparator.comparingDouble(row -> row.gain().mean()))
                .orElseThrow();
        boolean clear = whole.gain().clear();
        boolean lower = whole.gain().mean() >= 0;
        sentences.add("From " + rows.get(0).name() + " to "
                + members.get(members.size() - 1).name()
                + (clear
                        ? " the ladder " + (lower ? "lowers " : "raises ") + measure.label() + " by "
                        : " mean " + measure.label() + (lower ? " falls by " : " rises by "))
                + size(whole.gain()) + " over " + over
                + (clear || n == 1 ? "" : ", an interval that holds 0") + "; the largest gain of a rung is that of "
                + largest.name()
                + ", "
                + Figures.uncounted(largest.gain().estimate())
                + (Double.isNaN(largest.share())
                        ? ""
                        : ", " + Figures.decimals(100 * largest.share(), 0) + " % of the whole")
                + ".");
        List<String> told =
                rungs.stream().filter(row -> row.gain().clear()).map(Row::name).toList();
        if (n > 1) {
            sentences.add((told.isEmpty()
                            ? "No rung's 95 % interval leaves out 0"
                            : told.size() + " of " + rungs.size() + (told.size() == 1 ? " rungs has" : " rungs have")
                                    + " a 95 % interval that leaves out 0: " + TestsFinding.joined(told))
                    + " (each by itself, not corrected for their number)."
                    + (whole.gain().clear()
                            ? ""
                            : " The whole gain's interval holds 0, so that shares of it would mean nothing and"
                                    + " are left out."));
        } else {
            sentences.add("One seed allows no interval; shares are left out.");
        }
        long missing = ContrastFamily.ladder(group, study).size() - members.size();
        if (missing > 0) {
            sentences.add(missing + (missing == 1 ? " rung has" : " rungs have")
                    + " no result; the gain above a missing rung is that over the next one below.");
        }
        sentences.add(
                "A rung's gain holds for what stands below it; another order of the rungs may share the whole otherwise.");
        return sentences;
    }

    private static String size(PairedDifference gain) {
        PairedDifference positive = gain.mean() >= 0 ? gain : gain.negated();
        return Figures.uncounted(positive.estimate());
    }

    private static ReportTable table(String name, List<Row> rows, Measure measure) {
        return new Columns<>(rows)
                .text("Rung", "The rungs from the base up.", Row::name)
                .number("GMACs", "10^9 multiply-accumulates of a forward pass.", Row::gmacs)
                .number("More GMACs", "Than the rung below.", Row::more)
                .estimate(measure.label(), "Mean over the rung's seeds, with half its 95 % interval.", Row::level)
                .count(
                        "Seeds",
                        "Seeds that all rungs have, which gains are taken over.",
                        row -> row.gain().n() == 0
                                ? OptionalInt.empty()
                                : OptionalInt.of(row.gain().n()),
                        "-")
                .estimate(
                        "Gain",
                        "By how much the rung lies below the one under it, mean over paired seeds with half its 95 %"
                                + " interval; above 0 is better.",
                        row -> row.gain().estimate())
                .percent(
                        "Share",
                        "The gain in parts of the whole ladder's; a ratio of means, without an interval.",
                        Row::share)
                .table(
                        name,
                        "Gain in " + measure.label() + " of every rung over the one below it.",
                        "Gains are taken over the seeds that all rungs have, so that they sum to the whole.");
    }
}
