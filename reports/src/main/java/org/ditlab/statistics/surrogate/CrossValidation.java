package org.ditlab.statistics.surrogate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Predictions of rows by models that did not see them, and what they get worse by when a factor's value is exchanged. */
final class CrossValidation {
    /** Up to so many rows each is left out alone. */
    private static final int ALONE = 20;

    private static final int FOLDS = 5;
    private static final long SEED = 1;
    /** Other rows' values that take the place of a row's own, where there are many rows. */
    private static final int EXCHANGES = 3;
    /** Importance is taken over at most about so many rows, evenly spread. */
    private static final int JUDGED = 120;

    private final Design design;
    private final Encoding encoding;
    private final List<List<Integer>> folds;

    CrossValidation(Design design, Encoding encoding) {
        this.design = design;
        this.encoding = encoding;
        List<Integer> rows =
                new ArrayList<>(IntStream.range(0, design.n()).boxed().toList());
        Collections.shuffle(rows, new Random(SEED));
        int count = design.n() <= ALONE ? design.n() : FOLDS;
        this.folds = new ArrayList<>();
        for (int fold = 0; fold < count; fold++) {
            folds.add(new ArrayList<>());
        }
        for (int i = 0; i < rows.size(); i++) {
            folds.get(i % count).add(rows.get(i));
        }
    }

    /** {@code leaving one variant out at a time}. */
    String words() {
        return folds.size() == design.n() ? "leaving one variant out at a time" : "in " + FOLDS + " folds of variants";
    }

    /** Root mean square error of predicting each left-out row by the mean of the others. */
    double errorOfTheMean() {
        double squares = 0;
        for (List<Integer> fold : folds) {
            double mean = others(fold).stream()
                    .mapToDouble(row -> design.values()[row])
                    .average()
                    .orElse(0);
            for (int row : fold) {
                squares += Math.pow(design.values()[row] - mean, 2);
            }
        }
        return Math.sqrt(squares / design.n());
    }

    /**
     * The root mean square error of a kind of model, then for every factor how much it grows when a held-out row's level is
     * exchanged for those of other rows: permutation importance, each row against the same other rows for all factors.
     */
    double[] errors(SurrogateKind kind) {
        int factors = design.factors().size();
        int every = 1 + (design.n() - 1) / JUDGED;
        double squares = 0;
        double judged = 0;
        int rows = 0;
        double[] exchanged = new double[factors];
        for (List<Integer> fold : folds) {
            SurrogateModel model = SurrogateModel.train(kind, design, encoding, others(fold));
            for (int row : fold) {
                double square = square(model, design.rows().get(row), row);
                squares += square;
                if (row % every == 0) {
                    rows++;
                    judged += square;
                    int[] others = exchanges(row);
                    for (int f = 0; f < factors; f++) {
                        for (int other : others) {
                            int[] levels = design.rows().get(row).clone();
                            levels[f] = design.rows().get(other)[f];
                            exchanged[f] += square(model, levels, row) / others.length;
                        }
                    }
                }
            }
        }
        double[] errors = new double[factors + 1];
        errors[0] = Math.sqrt(squares / design.n());
        for (int f = 0; f < factors; f++) {
            errors[f + 1] = Math.sqrt(exchanged[f] / rows) - Math.sqrt(judged / rows);
        }
        return errors;
    }

    private double square(SurrogateModel model, int[] levels, int row) {
        double error = model.predict(levels) - design.values()[row];
        return error * error;
    }

    private List<Integer> others(List<Integer> fold) {
        List<Integer> others =
                new ArrayList<>(IntStream.range(0, design.n()).boxed().toList());
        others.removeAll(fold);
        return others;
    }

    private int[] exchanges(int row) {
        int n = design.n();
        return n <= ALONE
                ? IntStream.range(0, n).filter(other -> other != row).toArray()
                : IntStream.range(0, EXCHANGES)
                        .map(i -> (row + 1 + i * (n - 1) / EXCHANGES) % n)
                        .toArray();
    }
}
