package org.ditlab.html;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.ditlab.chart.SampleStrip;
import org.ditlab.chart.Style;
import org.ditlab.knob.Settings;
import org.ditlab.statistics.Estimate;
import org.ditlab.statistics.PairedDifference;
import org.ditlab.store.TrialResult;
import org.ditlab.study.plan.StageKind;
import org.ditlab.summary.Protocol;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;
import org.ditlab.table.Figures;
import org.ditlab.table.MetricColumn;

/** A variant's section: how it differs from its parent, what it costs and scores, its curves, samples, model and trials. */
final class VariantSection {
    /** Pixels of all variants' samples in the page, before compression. */
    private static final int SAMPLE_BYTES = 1_500_000;

    private static final int MOST_SAMPLES = 8;
    private static final int MOST_SEEDS = 3;
    /** With more sections, samples of the first seed alone. */
    private static final int FEW = 12;
    /** Numbers of a trial beside its metrics, by what heads them. */
    private static final Map<String, String> NUMBERS = new LinkedHashMap<>();

    static {
        NUMBERS.put("Train loss", "train.loss");
        NUMBERS.put("Held-out loss", "heldout.loss");
        NUMBERS.put("Training (s)", "train.seconds");
    }

    private final StudySummary study;
    private final Ancestry ancestry;
    private final Map<String, String> anchors;
    private final int sections;
    private final List<MetricColumn> metrics;
    private final Architectures architectures = new Architectures();
    private final Map<Settings, VariantSummary> drawn = new HashMap<>();

    VariantSection(StudySummary study, Ancestry ancestry, Map<String, String> anchors, int sections) {
        this.study = study;
        this.ancestry = ancestry;
        this.anchors = anchors;
        this.sections = sections;
        this.metrics = MetricColumn.ALL.stream()
                .filter(metric -> study.trials().stream()
                        .anyMatch(trial -> trial.metrics().containsKey(metric.key())))
                .toList();
    }

    /** For the template. */
    Map<String, Object> of(VariantSummary variant, int index) throws IOException {
        Optional<VariantSummary> parent = ancestry.parent(variant);
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("id", anchors.get(variant.name()));
        model.put("name", variant.name());
        model.put("role", ancestry.role(variant));
        model.put("parent", parent.map(VariantSummary::name).orElse(""));
        model.put("parentId", parent.map(VariantSummary::name).map(anchors::get).orElse(""));
        model.put(
                "knobs",
                parent.map(from -> KnobChange.between(from.settings(), variant.settings())).orElse(List.of()).stream()
                        .map(KnobChange::row)
                        .toList());
        model.put(
                "settings",
                variant.settings().entrySet().stream()
                        .map(entry -> List.of(entry.getKey(), String.valueOf(entry.getValue())))
                        .toList());
        model.put("figures", figures(variant, parent));
        model.put("status", variant.status());
        model.put("curve", curve(variant, index));
        model.put("strips", strips(variant));
        model.put(
                "difference",
                parent.flatMap(from -> architectures.difference(from, variant)).orElse(""));
        model(model, variant);
        model.put("trialHead", trialHead());
        model.put("trials", variant.trials().stream().map(this::trial).toList());
        return model;
    }

    /** Rows of quantity, value, and how it differs from the parent. */
    private List<List<String>> figures(VariantSummary variant, Optional<VariantSummary> parent) {
        List<List<String>> rows = new ArrayList<>();
        cost(rows, "GMACs", variant.cost("macs"), parent.flatMap(from -> from.cost("macs")), 1e9);
        cost(rows, "Parameters (M)", variant.cost("parameters"), parent.flatMap(from -> from.cost("parameters")), 1e6);
        cost(rows, "Training (GMACs)", variant.trainingGmacs(), parent.flatMap(VariantSummary::trainingGmacs), 1);
        for (Protocol protocol : study.protocols()) {
            for (MetricColumn metric : metrics) {
                metric(
                        rows,
                        protocol.column(metric.heading()),
                        variant.metric(metric.key(), protocol),
                        parent.map(from -> from.metric(metric.key(), protocol)).orElse(Map.of()));
            }
        }
        metric(rows, "Train loss", values(variant, "train.loss"), values(parent, "train.loss"));
        metric(rows, "Held-out loss", values(variant, "heldout.loss"), values(parent, "heldout.loss"));
        return parent.isPresent()
                ? rows
                : rows.stream().map(row -> row.subList(0, 2)).toList();
    }

    private static void cost(
            List<List<String>> rows, String name, Optional<Double> value, Optional<Double> before, double unit) {
        value.ifPresent(own -> rows.add(List.of(
                name,
                Figures.significant(own / unit),
                before.filter(other -> other > 0)
                        .map(other -> "\u00d7 " + Figures.significant(own / other))
                        .orElse("-"))));
    }

    private static void metric(
            List<List<String>> rows, String name, Map<Integer, Double> own, Map<Integer, Double> before) {
        if (!own.isEmpty()) {
            rows.add(List.of(name, Figures.estimate(Estimate.of(own.values())), change(own, before)));
        }
    }

    /** {@code -5.8 ± 0.9 (n = 3)}. */
    private static String change(Map<Integer, Double> own, Map<Integer, Double> before) {
        Estimate difference = PairedDifference.of(own, before).estimate();
        if (difference.n() == 0) {
            return "-";
        }
        OptionalDouble half = difference.halfWidth();
        return Figures.estimate(difference) + (half.isEmpty() ? "" : " (n = " + difference.n() + ")");
    }

    private static Map<Integer, Double> values(Optional<VariantSummary> variant, String key) {
        return variant.map(one -> values(one, key)).orElse(Map.of());
    }

    private static Map<Integer, Double> values(VariantSummary variant, String key) {
        Map<Integer, Double> values = new LinkedHashMap<>();
        variant.done()
                .forEach(trial -> trial.number(key)
                        .filter(Double::isFinite)
                        .ifPresent(value -> values.put(trial.replicate(), value)));
        return values;
    }

    private static String curve(VariantSummary variant, int index) throws IOException {
        LossPicture picture = new LossPicture();
        for (int i = 0; i < variant.trials().size(); i++) {
            TrialResult trial = variant.trials().get(i);
            Style style = new Style(
                    Style.of(index).colour(),
                    Style.of(index).marker(),
                    Style.of(i).dashes(),
                    false);
            picture.add("seed " + trial.seed(), trial, style);
        }
        return picture.svg("Training loss of " + variant.name() + " by step, a line for each seed")
                .orElse("");
    }

    /** The first samples of the first seeds, each with its seed. */
    private List<Map<String, Object>> strips(VariantSummary variant) throws IOException {
        int seeds = sections > FEW ? 1 : MOST_SEEDS;
        List<Map<String, Object>> strips = new ArrayList<>();
        for (TrialResult trial : variant.done()) {
            Optional<Path> file = trial.file(StageKind.SAMPLE, "samples.npz");
            if (file.isPresent() && strips.size() < seeds) {
                SampleStrip strip = SampleStrip.read(variant.name(), file.get(), MOST_SAMPLES);
                int fitting = SAMPLE_BYTES / Math.max(1, sections * seeds * StripPicture.bytes(strip));
                Map<String, Object> picture =
                        new HashMap<>(StripPicture.of(strip, Math.max(2, Math.min(MOST_SAMPLES, fitting))));
                picture.put("seed", Long.toString(trial.seed()));
                strips.add(picture);
            }
        }
        return strips;
    }

    /** The drawing, or where the same model is drawn already. */
    private void model(Map<String, Object> model, VariantSummary variant) {
        model.put("drawing", "");
        model.put("drawnName", "");
        model.put("drawnId", "");
        Optional<Settings> settings = architectures.settings(variant);
        if (settings.isEmpty()) {
            return;
        }
        VariantSummary first = drawn.putIfAbsent(settings.get(), variant);
        if (first == null) {
            String id = "model-" + anchors.get(variant.name());
            model.put(
                    "drawing",
                    architectures
                            .of(variant)
                            .map(one -> Architectures.drawing(one, id))
                            .orElse(""));
        } else {
            model.put("drawnName", first.name());
            model.put("drawnId", anchors.get(first.name()));
        }
    }

    private List<String> trialHead() {
        List<String> head = new ArrayList<>(List.of("Trial", "Seed", "Status"));
        metrics.forEach(metric -> head.add(metric.heading()));
        head.addAll(NUMBERS.keySet());
        return head;
    }

    private List<String> trial(TrialResult trial) {
        List<String> row = new ArrayList<>(
                List.of(trial.id(), Long.toString(trial.seed()), trial.status().word()));
        metrics.forEach(metric -> row.add(number(trial, metric.key())));
        NUMBERS.values().forEach(key -> row.add(number(trial, key)));
        return row;
    }

    private static String number(TrialResult trial, String key) {
        return trial.number(key)
                .filter(Double::isFinite)
                .map(Figures::significant)
                .orElse("-");
    }
}
