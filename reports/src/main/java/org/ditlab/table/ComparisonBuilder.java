package org.ditlab.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.ditlab.statistics.Estimate;
import org.ditlab.statistics.PairedDifference;
import org.ditlab.store.TrialResult;
import org.ditlab.summary.Protocol;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Fills a {@link ComparisonTable}: each quantity once into the model, once into what a person reads. */
final class ComparisonBuilder {
    private final StudySummary study;
    private final List<VariantSummary> variants;
    private final List<RowKind> rows = new ArrayList<>();
    private final List<TableColumn> columns = new ArrayList<>();
    private final Table model;
    private final boolean floor;
    private final TableOptions options;

    ComparisonBuilder(StudySummary study, TableOptions options) {
        this.study = study;
        this.options = options;
        this.variants = study.variants();
        this.model = Table.create(study.name());
        this.floor = study.protocols().stream()
                .anyMatch(protocol -> MetricColumn.ALL.stream()
                        .anyMatch(metric -> !study.floor(metric.key(), protocol).isEmpty()));
        variants.forEach(variant -> rows.add(variant.untrained() ? RowKind.UNTRAINED : RowKind.VARIANT));
        if (floor) {
            rows.add(RowKind.FLOOR);
        }
    }

    ReportTable build() {
        text("variant", "Variant", "What was compared.", VariantSummary::name, ComparisonTable.FLOOR);
        model.addColumns(
                StringColumn.create("kind", rows.stream().map(RowKind::word).toList()));
        seeds();
        scaled(
                "params",
                "Params",
                "Parameters that are trained or saved, before folding.",
                Unit.PARAMETERS,
                variant -> or(variant.cost("parameters")));
        hidden("params_folded", variant -> or(variant.cost("parameters_folded")));
        number(
                "gmacs",
                "GMACs",
                "Multiply-accumulates of one forward pass of the folded model at batch 1, in units of 10^9; FLOPs are twice that.",
                variant -> or(variant.cost("macs")) / 1e9);
        hidden("gmacs_torchprofile", variant -> or(variant.cost("macs_torchprofile")) / 1e9);
        hidden("gmacs_dit_paper", variant -> or(variant.cost("macs_dit_paper")) / 1e9);
        scaled(
                "training_gmacs",
                "Training",
                "3 x batch x steps x GMACs of the graph that trains, the backward pass counted as twice the forward pass.",
                Unit.TRAINING,
                variant -> or(variant.trainingGmacs()));
        number(
                "seconds_per_step",
                "s/step",
                "Wall-clock seconds of one training step, mean over the seeds.",
                mean("train.seconds_per_step"));
        number(
                "images_per_second",
                "images/s",
                "Training images per second, mean over the seeds.",
                mean("train.images_per_second"));
        scaled(
                "peak_memory_bytes",
                "Peak memory",
                "Largest memory of a training process, over the seeds.",
                Unit.BYTES,
                variant -> variant.values("train.peak_memory_bytes").stream()
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .orElse(Double.NaN));
        for (MetricColumn metric : MetricColumn.ALL) {
            study.protocols().forEach(protocol -> metric(metric, protocol));
        }
        if (study.measures()) {
            text("labels", "Labels", "Which classes the samples were asked for.", this::labels, "-");
        }
        List<Estimate> losses = new ArrayList<>();
        variants.forEach(variant -> losses.add(variant.estimate("train.loss")));
        estimate("train_loss", "Train loss", "Mean over the last tenth of training.", losses, Double.NaN);
        List<Estimate> heldOut = new ArrayList<>();
        variants.forEach(variant -> heldOut.add(variant.estimate("heldout.loss")));
        if (heldOut.stream().anyMatch(estimate -> estimate.n() > 0)) {
            estimate(
                    "heldout_loss",
                    "Held-out loss",
                    "Loss of the averaged weights on images that training has not seen, at the same timesteps and noise for"
                            + " all variants and seeds.",
                    heldOut,
                    Double.NaN);
        }
        text("status", "Status", "Seeds that are done, of those planned.", VariantSummary::status, "-");
        model.addColumns(StringColumn.create(
                "trials",
                withFloor(
                        variants.stream()
                                .map(variant -> variant.trials().stream()
                                        .map(TrialResult::id)
                                        .collect(Collectors.joining(" ")))
                                .toList(),
                        "")));
        boolean marked =
                columns.stream().flatMap(column -> column.cells().stream()).anyMatch(cell -> cell.mark() != Mark.NONE);
        return new ReportTable(
                study.name(),
                model,
                List.copyOf(rows),
                List.copyOf(columns),
                ComparisonCaption.of(study, options, marked));
    }

    private void seeds() {
        IntColumn done = IntColumn.create("seeds");
        IntColumn planned = IntColumn.create("seeds_planned");
        List<Cell> cells = new ArrayList<>();
        for (VariantSummary variant : variants) {
            done.append(variant.done().size());
            planned.append(variant.trials().size());
            cells.add(new Cell(
                    Integer.toString(variant.done().size()), variant.done().size()));
        }
        if (floor) {
            done.appendMissing();
            planned.appendMissing();
            cells.add(Cell.EMPTY);
        }
        model.addColumns(done, planned);
        columns.add(new TableColumn("Seeds", "Seeds that are done.", true, cells));
    }

    private void text(
            String name, String heading, String meaning, Function<VariantSummary, String> value, String ofFloor) {
        List<String> texts = withFloor(variants.stream().map(value).toList(), ofFloor);
        model.addColumns(StringColumn.create(
                name, texts.stream().map(text -> text.equals("-") ? "" : text).toList()));
        columns.add(new TableColumn(
                heading, meaning, false, texts.stream().map(Cell::of).toList()));
    }

    private void hidden(String name, ToDoubleFunction<VariantSummary> value) {
        DoubleColumn column = DoubleColumn.create(name);
        variants.forEach(variant -> column.append(value.applyAsDouble(variant)));
        if (floor) {
            column.appendMissing();
        }
        model.addColumns(column);
    }

    private void number(String name, String heading, String meaning, ToDoubleFunction<VariantSummary> value) {
        hidden(name, value);
        columns.add(new TableColumn(heading, meaning, true, cells(name, 1)));
    }

    private void scaled(
            String name, String heading, String meaning, List<Unit> units, ToDoubleFunction<VariantSummary> value) {
        hidden(name, value);
        Unit unit = Unit.fitting(units, model.doubleColumn(name).asDoubleArray());
        String withUnit = unit.name().isEmpty() ? heading : heading + " (" + unit.name() + ")";
        columns.add(new TableColumn(withUnit, meaning, true, cells(name, unit.size())));
    }

    private List<Cell> cells(String name, double unit) {
        return Arrays.stream(model.doubleColumn(name).asDoubleArray())
                .mapToObj(
                        value -> Double.isNaN(value) ? Cell.EMPTY : new Cell(Figures.significant(value / unit), value))
                .toList();
    }

    private void metric(MetricColumn metric, Protocol protocol) {
        List<Estimate> estimates = new ArrayList<>();
        variants.forEach(variant -> estimates.add(variant.estimate(metric.key(), protocol)));
        List<Double> floors = study.floor(metric.key(), protocol);
        if (floors.isEmpty() && estimates.stream().allMatch(estimate -> estimate.n() == 0)) {
            return;
        }
        estimate(
                protocol.column(metric.heading()),
                protocol.column(metric.heading()),
                metric.meaning(),
                estimates,
                Estimate.of(floors).mean());
        rank(metric, protocol);
        if (options.differences() || options.pValues()) {
            differences(metric, protocol);
        }
    }

    /** Marks the column that was added last; variants of which a seed is missing, whatever for, take no part. */
    private void rank(MetricColumn metric, Protocol protocol) {
        List<Boolean> ranked = new ArrayList<>();
        variants.forEach(variant -> ranked.add(variant.complete(metric.key(), protocol)));
        if (floor) {
            ranked.add(false);
        }
        TableColumn column = columns.remove(columns.size() - 1);
        columns.add(new TableColumn(
                column.heading(),
                column.meaning(),
                column.numeric(),
                Ranking.of(column.cells(), ranked, metric.better())));
    }

    private void differences(MetricColumn metric, Protocol protocol) {
        DifferenceColumns found = DifferenceColumns.of(study, metric, protocol);
        String name = protocol.column(metric.heading());
        if (options.differences()) {
            List<Estimate> estimates = found.differences().stream()
                    .map(difference ->
                            difference.map(PairedDifference::estimate).orElse(Estimate.of(List.of())))
                    .toList();
            estimate(
                    name + " difference",
                    "\u0394 " + name,
                    "Mean difference to the base over the seeds that both have, with its interval.",
                    estimates,
                    Double.NaN);
        }
        if (options.pValues()) {
            probabilities(
                    name + " p", "p " + name, "Two-sided p of a paired t-test against the base, alone.", found.alone());
            probabilities(
                    name + " p holm",
                    "p (Holm) " + name,
                    "The same p, corrected by Holm for the number of rows tested in this column.",
                    found.corrected());
        }
    }

    private void probabilities(String name, String heading, String meaning, double[] values) {
        DoubleColumn column = DoubleColumn.create(name, values);
        List<Cell> cells = new ArrayList<>();
        for (double value : values) {
            cells.add(Double.isNaN(value) ? Cell.EMPTY : new Cell(Figures.probability(value), value));
        }
        if (floor) {
            column.appendMissing();
            cells.add(Cell.EMPTY);
        }
        model.addColumns(column);
        columns.add(new TableColumn(heading, meaning, true, cells));
    }

    private void estimate(String name, String heading, String meaning, List<Estimate> estimates, double ofFloor) {
        DoubleColumn mean = DoubleColumn.create(name);
        DoubleColumn half = DoubleColumn.create(name + " ci95");
        IntColumn count = IntColumn.create(name + " n");
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < estimates.size(); i++) {
            Estimate estimate = estimates.get(i);
            String stopped = variants.get(i).stopped();
            mean.append(estimate.mean());
            half.append(estimate.halfWidth().orElse(Double.NaN));
            count.append(estimate.n());
            cells.add(stopped.isEmpty() ? new Cell(Figures.estimate(estimate), estimate.mean()) : Cell.of(stopped));
        }
        if (floor) {
            mean.append(ofFloor);
            half.appendMissing();
            count.appendMissing();
            cells.add(Double.isNaN(ofFloor) ? Cell.EMPTY : new Cell(Figures.significant(ofFloor), ofFloor));
        }
        model.addColumns(mean, half, count);
        columns.add(new TableColumn(heading, meaning, true, cells));
    }

    private String labels(VariantSummary variant) {
        Set<String> labels = new LinkedHashSet<>();
        for (TrialResult trial : variant.trials()) {
            Object label =
                    trial.protocol().getOrDefault("labels", trial.settings().get("sample.labels"));
            if (label != null) {
                labels.add(String.valueOf(label));
            }
        }
        return labels.isEmpty() ? "-" : String.join(" / ", labels);
    }

    private List<String> withFloor(List<String> texts, String ofFloor) {
        List<String> all = new ArrayList<>(texts);
        if (floor) {
            all.add(ofFloor);
        }
        return all;
    }

    private static ToDoubleFunction<VariantSummary> mean(String key) {
        return variant -> variant.estimate(key).mean();
    }

    private static double or(Optional<Double> value) {
        return value.orElse(Double.NaN);
    }
}
