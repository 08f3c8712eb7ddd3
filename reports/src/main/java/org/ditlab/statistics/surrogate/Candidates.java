package org.ditlab.statistics.surrogate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Combinations near the best rows, with one or two factors at other levels that were seen, and how much each may teach. */
final class Candidates {
    /** Rows that are varied: those with the lowest values. */
    private static final int STARTS = 6;
    /** Levels of one factor that are tried: the ends and what lies evenly between. */
    private static final int LEVELS = 5;

    private static final int MOST = 300;

    private final Design design;
    private final Set<String> known = new HashSet<>();
    private final List<int[]> found = new ArrayList<>();
    private final List<Integer> from = new ArrayList<>();

    private Candidates(Design design) {
        this.design = design;
        design.rows().forEach(row -> known.add(Arrays.toString(row)));
    }

    /** The best so many, those with the highest score first. */
    static List<Candidate> best(Design design, SurrogateModel forest, int count) {
        Candidates candidates = new Candidates(design);
        int[] starts = IntStream.range(0, design.n())
                .boxed()
                .sorted(Comparator.comparingDouble(row -> design.values()[row]))
                .limit(STARTS)
                .mapToInt(Integer::intValue)
                .toArray();
        for (int start : starts) {
            candidates.vary(start, design.rows().get(start), 0, 1);
        }
        for (int start : starts) {
            candidates.vary(start, design.rows().get(start), 0, 2);
        }
        double lowest = Arrays.stream(design.values()).min().orElse(0);
        List<Candidate> scored = new ArrayList<>();
        for (int i = 0; i < candidates.found.size(); i++) {
            double[] predictions = forest.predictions(candidates.found.get(i));
            double mean = Arrays.stream(predictions).average().orElse(0);
            double deviation = Math.sqrt(Arrays.stream(predictions)
                    .map(one -> (one - mean) * (one - mean))
                    .average()
                    .orElse(0));
            double score = deviation + Math.max(0, lowest - mean);
            scored.add(new Candidate(candidates.found.get(i), candidates.from.get(i), mean, deviation, score));
        }
        scored.sort(Comparator.comparingDouble((Candidate one) -> -one.score()).thenComparingDouble(Candidate::mean));
        return List.copyOf(scored.subList(0, Math.min(count, scored.size())));
    }

    private void vary(int start, int[] row, int factor, int left) {
        for (int f = factor; f < row.length && found.size() < MOST; f++) {
            for (int level : levels(design.factors().get(f))) {
                if (level != row[f]) {
                    int[] changed = row.clone();
                    changed[f] = level;
                    if (left > 1) {
                        vary(start, changed, f + 1, left - 1);
                    } else if (found.size() < MOST && known.add(Arrays.toString(changed))) {
                        found.add(changed);
                        from.add(start);
                    }
                }
            }
        }
    }

    private static int[] levels(Factor factor) {
        int all = factor.levels().size();
        if (all <= LEVELS) {
            return IntStream.range(0, all).toArray();
        }
        int[] ordered = IntStream.range(0, all)
                .boxed()
                .sorted(Comparator.comparingDouble(
                        level -> factor.numeric() ? factor.positions().get(level) : level))
                .mapToInt(Integer::intValue)
                .toArray();
        return IntStream.range(0, LEVELS)
                .map(i -> ordered[i * (all - 1) / (LEVELS - 1)])
                .toArray();
    }
}
