package org.ditlab.statistics.surrogate;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.ensemble.EnsembleModel;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;

/** A trained model of a design's values; values are scaled to mean 0 and standard deviation 1 for training. */
final class SurrogateModel {
    private static final String OUTPUT = "metric";
    /** Tribuo tells of every training; kept here, since a logger that nobody holds forgets its level. */
    private static final Logger LOG = Logger.getLogger("org.tribuo");

    static {
        LOG.setLevel(Level.WARNING);
    }

    private final Encoding encoding;
    private final Model<Regressor> model;
    private final double mean;
    private final double scale;

    private SurrogateModel(Encoding encoding, Model<Regressor> model, double mean, double scale) {
        this.encoding = encoding;
        this.model = model;
        this.mean = mean;
        this.scale = scale;
    }

    /**
     * Trains a model.
     *
     * @param rows those to train on
     */
    static SurrogateModel train(SurrogateKind kind, Design design, Encoding encoding, List<Integer> rows) {
        double mean =
                rows.stream().mapToDouble(row -> design.values()[row]).average().orElse(0);
        double spread = Math.sqrt(rows.stream()
                .mapToDouble(row -> Math.pow(design.values()[row] - mean, 2))
                .average()
                .orElse(0));
        double scale = spread == 0 ? 1 : spread;
        RegressionFactory factory = new RegressionFactory();
        MutableDataset<Regressor> data = new MutableDataset<>(
                new SimpleDataSourceProvenance(
                        "a study's variants", OffsetDateTime.of(2000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC), factory),
                factory);
        for (int row : rows) {
            Regressor value = new Regressor(OUTPUT, (design.values()[row] - mean) / scale);
            data.add(new ArrayExample<>(
                    value, encoding.names(), encoding.of(design.rows().get(row))));
        }
        return new SurrogateModel(encoding, kind.trainer(rows.size()).train(data), mean, scale);
    }

    double predict(int[] levels) {
        return value(model, encoding.of(levels));
    }

    /** What each tree of a forest predicts; of another model its one prediction. */
    double[] predictions(int[] levels) {
        double[] encoded = encoding.of(levels);
        return model instanceof EnsembleModel<Regressor> ensemble
                ? ensemble.getModels().stream()
                        .mapToDouble(member -> value(member, encoded))
                        .toArray()
                : new double[] {value(model, encoded)};
    }

    /** How it was trained, without times and machines. */
    Map<String, Object> provenance() {
        return ProvenanceTree.of(model.getProvenance());
    }

    private double value(Model<Regressor> one, double[] encoded) {
        ArrayExample<Regressor> example =
                new ArrayExample<>(new Regressor(OUTPUT, Double.NaN), encoding.names(), encoded);
        return mean + scale * one.predict(example).getOutput().getValues()[0];
    }
}
