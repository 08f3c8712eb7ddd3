package org.ditlab.table;

import java.util.List;

/**
 * A measured quantity as a column, one for each protocol.
 *
 * @param key in results
 * @param meaning one sentence, which ends with what is better
 */
public record MetricColumn(String key, String heading, Better better, String meaning) {
    public static final List<MetricColumn> ALL = List.of(
            new MetricColumn(
                    "fid", "FID", Better.SMALLER, "Fréchet distance of features to the reference; smaller is better."),
            new MetricColumn(
                    "sfid",
                    "sFID",
                    Better.SMALLER,
                    "Fréchet distance of spatial features to the reference; smaller is better."),
            new MetricColumn(
                    "inception_score",
                    "IS",
                    Better.LARGER,
                    "Inception score over the same features; larger is better."),
            new MetricColumn(
                    "precision",
                    "Precision",
                    Better.LARGER,
                    "Share of samples among the nearest neighbours of real images; larger is better."),
            new MetricColumn(
                    "recall",
                    "Recall",
                    Better.LARGER,
                    "Share of real images among the nearest neighbours of samples; larger is better."),
            new MetricColumn(
                    "kid",
                    "KID",
                    Better.SMALLER,
                    "Kernel distance of features to the reference, unbiased; smaller is better."),
            new MetricColumn(
                    "fid_infinity",
                    "FID-infinity",
                    Better.SMALLER,
                    "FID extrapolated to infinitely many samples; smaller is better."),
            new MetricColumn(
                    "density",
                    "Density",
                    Better.LARGER,
                    "Mean number, over k, of real images' neighbourhoods that a sample lies in; larger is better."),
            new MetricColumn(
                    "coverage",
                    "Coverage",
                    Better.LARGER,
                    "Share of real images with a sample in their neighbourhood; larger is better."));
}
