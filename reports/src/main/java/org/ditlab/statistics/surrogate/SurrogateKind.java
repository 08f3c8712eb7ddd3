package org.ditlab.statistics.surrogate;

import org.tribuo.Trainer;
import org.tribuo.common.tree.RandomForestTrainer;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.ensemble.AveragingCombiner;
import org.tribuo.regression.rtree.CARTRegressionTrainer;
import org.tribuo.regression.rtree.impurity.MeanSquaredError;
import org.tribuo.regression.slm.ElasticNetCDTrainer;

/** A family of models. */
public enum SurrogateKind {
    /** An elastic net that is mostly a ridge: Zou and Hastie, 2005; penalty 0.02, a tenth of it on absolute weights. */
    LINEAR("linear model"),
    /** Bootstrapped regression trees that see 70 % of the features at each split: Breiman, Random forests, 2001. */
    FOREST("forest of " + SurrogateKind.TREES + " regression trees");

    static final int TREES = 20;

    private static final long SEED = 1;
    private static final double PENALTY = 0.02;
    private static final double ABSOLUTE = 0.1;
    private static final double TOLERANCE = 1e-6;
    private static final int ITERATIONS = 500;
    private static final int DEPTH = 10;
    private static final float FEATURES = 0.7f;
    /** From so many rows on, nodes of 4 rows, or a hundredth of all, are not split. */
    private static final int MANY = 40;

    private final String words;

    SurrogateKind(String words) {
        this.words = words;
    }

    /** {@code linear model}. */
    public String words() {
        return words;
    }

    /** A fresh trainer, so that the random numbers do not depend on what was trained before. */
    Trainer<Regressor> trainer(int rows) {
        return switch (this) {
            case LINEAR -> new ElasticNetCDTrainer(PENALTY, ABSOLUTE, TOLERANCE, ITERATIONS, false, SEED);
            case FOREST ->
                new RandomForestTrainer<>(
                        new CARTRegressionTrainer(
                                DEPTH,
                                rows < MANY ? 1 : Math.max(4, rows / 100),
                                0,
                                FEATURES,
                                false,
                                new MeanSquaredError(),
                                SEED),
                        new AveragingCombiner(),
                        TREES,
                        SEED);
        };
    }
}
