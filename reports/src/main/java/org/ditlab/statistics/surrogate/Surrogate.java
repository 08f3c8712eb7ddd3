package org.ditlab.statistics.surrogate;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What models of a design's values are good for.
 *
 * @param design what was tried
 * @param validated how rows were held out, in words
 * @param errorOfTheMean root mean square error of predicting held-out rows by the mean of the others
 * @param errors of each kind of model, on held-out rows
 * @param importance of each kind, by factor: how much its error grows when the factor's value is exchanged for other rows'
 * @param candidates what to try next, the most promising or least certain first, by the forest
 * @param provenance how the models over all rows were trained, by kind
 */
public record Surrogate(
        Design design,
        String validated,
        double errorOfTheMean,
        Map<SurrogateKind, Double> errors,
        Map<SurrogateKind, List<Double>> importance,
        List<Candidate> candidates,
        Map<String, Object> provenance) {
    /** With fewer rows nothing is held out and learned at once. */
    public static final int FEWEST = 6;

    /**
     * Cross-validates and trains the models.
     *
     * @param count most candidates
     * @throws IllegalArgumentException when there are fewer than {@value #FEWEST} rows, or no factor
     */
    public static Surrogate of(Design design, int count) {
        if (design.n() < FEWEST || design.factors().isEmpty()) {
            throw new IllegalArgumentException("a surrogate needs at least " + FEWEST + " rows and a factor");
        }
        Encoding encoding = new Encoding(design.factors());
        CrossValidation validation = new CrossValidation(design, encoding);
        List<Integer> all = IntStream.range(0, design.n()).boxed().toList();
        Map<SurrogateKind, Double> errors = new EnumMap<>(SurrogateKind.class);
        Map<SurrogateKind, List<Double>> importance = new EnumMap<>(SurrogateKind.class);
        Map<String, Object> provenance = new TreeMap<>();
        List<Candidate> candidates = List.of();
        for (SurrogateKind kind : SurrogateKind.values()) {
            double[] found = validation.errors(kind);
            errors.put(kind, found[0]);
            importance.put(kind, Arrays.stream(found).skip(1).boxed().toList());
            SurrogateModel model = SurrogateModel.train(kind, design, encoding, all);
            provenance.put(kind.words(), model.provenance());
            if (kind == SurrogateKind.FOREST) {
                candidates = Candidates.best(design, model, count);
            }
        }
        return new Surrogate(
                design, validation.words(), validation.errorOfTheMean(), errors, importance, candidates, provenance);
    }

    /** The kind with the smallest error on held-out rows. */
    public SurrogateKind better() {
        return error(SurrogateKind.LINEAR) <= error(SurrogateKind.FOREST) ? SurrogateKind.LINEAR : SurrogateKind.FOREST;
    }

    /** A kind's root mean square error on held-out rows. */
    public double error(SurrogateKind kind) {
        return errors.getOrDefault(kind, Double.NaN);
    }

    /** Whether the better kind predicts held-out rows better than their mean does. */
    public boolean useful() {
        return error(better()) < errorOfTheMean;
    }
}
