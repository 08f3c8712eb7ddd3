package org.ditlab.finding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.ditlab.statistics.Estimate;
import org.ditlab.statistics.PairedDifference;
import org.ditlab.statistics.Shapley;
import org.ditlab.study.PlanGroup;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.Figures;
import org.ditlab.table.ReportTable;

/** What each change is worth whatever order it is made in: Shapley values of permuted ladders and of grids of two values. */
final class AttributionFinding {
    private AttributionFinding() {}

    /** A change's value by seed, and how its marginal gain ranges. */
    private record Row(String change, Estimate value, double share, double least, double most) {}

    private record Pair(String first, String second, Estimate more) {
        boolean clear() {
            return more.clear();
        }
    }

    static Optional<Finding> of(StudySummary study, Measure measure) {
        List<String> sentences = new ArrayList<>();
        List<ReportTable> tables = new ArrayList<>();
        String id = "attribution" + measure.suffix();
        int count = 0;
        for (PlanGroup group : study.groups()) {
            ChangeSets sets = ChangeSets.of(group, study).orElse(null);
            if (sets != null) {
                count++;
                new Told(sets, measure, count == 1 ? id : id + "-group-" + count, sentences, tables).tell();
            }
        }
        return sentences.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(id, "What each change is worth in any order", sentences, tables));
    }

    /** One group, told. */
    private record Told(ChangeSets sets, Measure measure, String id, List<String> sentences, List<ReportTable> tables) {
        void tell() {
            boolean full = sets.full() && sets.sets().values().stream().allMatch(measure::has);
            SortedSet<Long> seeds = full ? seeds(sets.sets().values()) : new TreeSet<>();
            if (full && !seeds.isEmpty()) {
                exact(List.copyOf(seeds));
                return;
            }
            List<Integer> run = new ArrayList<>();
            List<String> passed = new ArrayList<>();
            for (int i = 0; i < sets.paths().size(); i++) {
                if (sets.paths().get(i).stream().allMatch(measure::has)) {
                    run.add(i);
                    passed.addAll(sets.paths().get(i));
                }
            }
            seeds = seeds(passed);
            if (run.isEmpty() || seeds.isEmpty()) {
                sentences.add(sets.label() + ": "
                        + (sets.paths().isEmpty()
                                ? "not every combination has a result on a common seed, so that nothing is attributed."
                                : "no order has a result for all of its variants on a common seed yet."));
                return;
            }
            estimated(run, List.copyOf(seeds));
        }

        /** Every set has values: the Shapley values themselves, and interactions. */
        private void exact(List<Long> seeds) {
            int k = sets.changes().size();
            List<double[]> values = new ArrayList<>();
            List<double[][]> interactions = new ArrayList<>();
            double[] mean = new double[1 << k];
            for (long seed : seeds) {
                double[] worth = new double[1 << k];
                double none = value(sets.sets().get(0), seed);
                for (int set = 0; set < worth.length; set++) {
                    worth[set] = none - value(sets.sets().get(set), seed);
                    mean[set] += worth[set] / seeds.size();
                }
                values.add(Shapley.values(worth));
                interactions.add(Shapley.interactions(worth));
            }
            double[] least = new double[k];
            double[] most = new double[k];
            for (int i = 0; i < k; i++) {
                least[i] = Double.POSITIVE_INFINITY;
                most[i] = Double.NEGATIVE_INFINITY;
                for (int set = 0; set < mean.length; set++) {
                    if ((set >> i & 1) == 0) {
                        double gain = mean[set | 1 << i] - mean[set];
                        least[i] = Math.min(least[i], gain);
                        most[i] = Math.max(most[i], gain);
                    }
                }
            }
            String how = sets.label() + ": all " + (1 << k) + " combinations of " + k + " changes have results, so that"
                    + " the values are exact over all " + sets.possible() + " orders";
            values(rows(values, least, most), seeds.size(), how, "over all orders");
            interactions(interactions, seeds.size());
        }

        /** Some orders have values: the mean over them. */
        private void estimated(List<Integer> run, List<Long> seeds) {
            int k = sets.changes().size();
            List<int[]> orders = run.stream().map(sets.orders()::get).toList();
            List<double[]> values = new ArrayList<>();
            double[] least = new double[k];
            double[] most = new double[k];
            Arrays.fill(least, Double.POSITIVE_INFINITY);
            Arrays.fill(most, Double.NEGATIVE_INFINITY);
            double[][] mean = new double[run.size()][k + 1];
            for (long seed : seeds) {
                List<double[]> worths = new ArrayList<>();
                for (int o = 0; o < run.size(); o++) {
                    double[] worth = new double[k + 1];
                    List<String> path = sets.paths().get(run.get(o));
                    for (int i = 0; i <= k; i++) {
                        worth[i] = value(path.get(0), seed) - value(path.get(i), seed);
                        mean[o][i] += worth[i] / seeds.size();
                    }
                    worths.add(worth);
                }
                values.add(Shapley.ofOrders(orders, worths));
            }
            for (int o = 0; o < run.size(); o++) {
                for (int place = 0; place < k; place++) {
                    int change = orders.get(o)[place];
                    double gain = mean[o][place + 1] - mean[o][place];
                    least[change] = Math.min(least[change], gain);
                    most[change] = Math.max(most[change], gain);
                }
            }
            boolean all = run.size() == sets.possible();
            String how = sets.label() + ": "
                    + (all
                            ? "all " + run.size() + " orders of " + k
                                    + " changes have results, so that the values are exact"
                            : "means over " + run.size() + " of the " + sets.possible() + " orders of " + k
                                    + " changes, an estimate; its intervals are over seeds and do not cover which orders"
                                    + " were run");
            values(rows(values, least, most), seeds.size(), how, "over the " + run.size() + " orders that were run");
        }

        private List<Row> rows(List<double[]> values, double[] least, double[] most) {
            List<Row> rows = new ArrayList<>();
            double whole = values.stream()
                    .mapToDouble(one -> Arrays.stream(one).sum())
                    .average()
                    .orElse(Double.NaN);
            boolean clear = estimate(
                            values.stream().map(one -> Arrays.stream(one).sum()).toList())
                    .clear();
            for (int i = 0; i < least.length; i++) {
                int change = i;
                Estimate value =
                        estimate(values.stream().map(one -> one[change]).toList());
                double share = clear ? value.mean() / whole : Double.NaN;
                rows.add(new Row(sets.changes().get(i), value, share, least[i], most[i]));
            }
            rows.sort(Comparator.comparingDouble((Row row) -> -row.value().mean()));
            return rows;
        }

        private void values(List<Row> rows, int seeds, String how, String over) {
            Row first = rows.get(0);
            sentences.add(how + ". Worth most: " + first.change() + ", which gains "
                    + Figures.uncounted(first.value()) + " in " + measure.label()
                    + (Double.isNaN(first.share())
                            ? ""
                            : ", " + Figures.decimals(100 * first.share(), 0) + " % of the whole")
                    + (seeds == 1 ? "; one seed allows no interval." : ", over " + seeds + " paired seeds."));
            List<String> turning = rows.stream()
                    .filter(row -> row.least() < 0 && row.most() > 0)
                    .map(Row::change)
                    .toList();
            if (!turning.isEmpty()) {
                sentences.add("Help or harm, by what else is there (means over seeds): " + TestsFinding.joined(turning)
                        + ".");
            }
            tables.add(new Columns<>(rows)
                    .text("Change", "What is changed.", Row::change)
                    .estimate(
                            "Shapley value",
                            "Mean gain of the change " + over + ", with half its 95 % interval over paired seeds; above"
                                    + " 0 is better.",
                            Row::value)
                    .percent("Share", "In parts of the whole gain, where that is told from 0.", Row::share)
                    .number("Least gain", "Smallest marginal gain " + over + ", mean over seeds.", Row::least)
                    .number("Most gain", "Largest marginal gain " + over + ", mean over seeds.", Row::most)
                    .table(id, "Shapley values in " + measure.label() + ": " + sets.label() + "."));
        }

        private void interactions(List<double[][]> bySeed, int seeds) {
            List<Pair> pairs = new ArrayList<>();
            for (int i = 0; i < sets.changes().size(); i++) {
                for (int j = i + 1; j < sets.changes().size(); j++) {
                    int a = i;
                    int b = j;
                    pairs.add(new Pair(
                            sets.changes().get(i),
                            sets.changes().get(j),
                            estimate(bySeed.stream().map(one -> one[a][b]).toList())));
                }
            }
            pairs.sort(Comparator.comparingDouble(pair -> -Math.abs(pair.more().mean())));
            List<Pair> clear = pairs.stream().filter(Pair::clear).toList();
            if (seeds > 1) {
                sentences.add(
                        clear.isEmpty()
                                ? "No pair's interaction has a 95 % interval that leaves out 0."
                                : "Together more or less than the sum of both (95 % interval without 0, each by itself): "
                                        + TestsFinding.joined(clear.stream()
                                                .map(pair -> pair.first() + " and " + pair.second()
                                                        + (pair.more().mean() > 0 ? " (more)" : " (less)"))
                                                .toList())
                                        + ".");
            }
            tables.add(new Columns<>(pairs)
                    .text("Change", "One of two.", Pair::first)
                    .text("With", "The other.", Pair::second)
                    .estimate(
                            "Interaction",
                            "How much more both gain together than the sum of each alone, mean over what else is there, with"
                                    + " half its 95 % interval over paired seeds; below 0 they share what they gain.",
                            Pair::more)
                    .table(id + "-interactions", "Interactions in " + measure.label() + ": " + sets.label() + "."));
        }

        /** Of sums of differences, as exact as the values are. */
        private Estimate estimate(List<Double> differences) {
            double size = measure.values().values().stream()
                    .flatMap(values -> values.values().stream())
                    .mapToDouble(Math::abs)
                    .max()
                    .orElse(0);
            return Estimate.of(PairedDifference.rounded(differences, size));
        }

        private double value(String variant, long seed) {
            Double value = measure.values(variant).get(seed);
            return value == null ? Double.NaN : value;
        }

        private SortedSet<Long> seeds(Collection<String> variants) {
            SortedSet<Long> seeds = new TreeSet<>();
            boolean first = true;
            for (String variant : variants) {
                if (first) {
                    seeds.addAll(measure.values(variant).keySet());
                    first = false;
                }
                seeds.retainAll(measure.values(variant).keySet());
            }
            return seeds;
        }
    }
}
