package org.ditlab.chart;

import java.util.Optional;
import java.util.function.Function;
import org.ditlab.summary.VariantSummary;
import org.ditlab.table.Figures;

/** What a variant costs: the x axis of a chart of cost and quality. */
public enum CostAxis {
    GMACS(
            "gmacs",
            "GMACs (multiply-accumulates of one forward pass at batch 1, 10\u2079)",
            "GMACs",
            "",
            variant -> variant.cost("macs").map(macs -> macs / 1e9)),
    TRAINING_GMACS(
            "training-gmacs",
            "GMACs of the whole training (3 \u00d7 batch \u00d7 steps \u00d7 one forward pass)",
            "training GMACs",
            " by training GMACs",
            VariantSummary::trainingGmacs),
    TIME(
            "time",
            "seconds per training step (wall clock, median over seeds)",
            "seconds per step",
            " by time",
            VariantSummary::secondsPerStep),
    MEMORY(
            "memory",
            "peak memory of training, GiB (largest over seeds)",
            "peak memory, GiB",
            " by memory",
            variant -> variant.peakMemory().map(bytes -> bytes / (1L << 30))),
    PARAMETERS(
            "parameters",
            "parameters, millions",
            "million parameters",
            " by parameters",
            variant -> variant.cost("parameters").map(parameters -> parameters / 1e6));

    private final String word;
    private final String title;
    private final String unit;
    private final String told;
    private final Function<VariantSummary, Optional<Double>> cost;

    CostAxis(String word, String title, String unit, String told, Function<VariantSummary, Optional<Double>> cost) {
        this.word = word;
        this.title = title;
        this.unit = unit;
        this.told = told;
        this.cost = cost;
    }

    /** {@code gmacs-vs-fid}: the chart's id. */
    public String id() {
        return word + "-vs-fid";
    }

    /** For the axis, with its unit. */
    public String title() {
        return title;
    }

    /** What tells its chart from the others, for the title. */
    String told() {
        return told;
    }

    /** The cost of a variant, above 0; empty where it is not known. */
    public Optional<Double> of(VariantSummary variant) {
        return cost.apply(variant).filter(value -> value > 0 && Double.isFinite(value));
    }

    /** {@code GMACs 1.41}: for a tooltip. */
    String text(double value) {
        return unit + " " + Figures.significant(value);
    }
}
