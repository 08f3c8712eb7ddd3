package org.ditlab.metric.evaluation;

import java.util.List;

/** What can be measured, by the word that {@code --metrics} and {@code measure.metrics} take. */
public enum Metric {
    /** Salimans et al. 2016. */
    INCEPTION_SCORE("is", "inception_score"),
    /** Heusel et al. 2017. */
    FID("fid", "fid"),
    /** FID over spatial features: Nash et al. 2021. */
    SPATIAL_FID("sfid", "sfid"),
    /** Kynkaanniemi et al. 2019. */
    PRECISION_RECALL("precision-recall", "precision", "recall"),
    /** Binkowski et al. 2018. */
    KID("kid", "kid"),
    /** Chong & Forsyth 2020. */
    FID_INFINITY("fid-infinity", "fid_infinity"),
    /** Naeem et al. 2020. */
    DENSITY_COVERAGE("density-coverage", "density", "coverage");

    private final String word;
    private final List<String> keys;

    Metric(String word, String... keys) {
        this.word = word;
        this.keys = List.of(keys);
    }

    public String word() {
        return word;
    }

    /** The names of its numbers in results. */
    public List<String> keys() {
        return keys;
    }

    /** How a number's row is called. */
    public static String label(String key) {
        return switch (key) {
            case "inception_score" -> "Inception Score";
            case "fid" -> "FID";
            case "sfid" -> "sFID";
            case "precision" -> "Precision";
            case "recall" -> "Recall";
            case "kid" -> "KID";
            case "fid_infinity" -> "FID-infinity";
            case "density" -> "Density";
            case "coverage" -> "Coverage";
            default -> key;
        };
    }
}
