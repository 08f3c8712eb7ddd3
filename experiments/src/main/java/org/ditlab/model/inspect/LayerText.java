package org.ditlab.model.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ditlab.knob.Setting;
import org.ditlab.model.ModelCost;
import org.ditlab.tensor.Convention;

/** A layer table as people and programs read it: aligned text, CSV with whole numbers, JSON. */
public final class LayerText {
    private static final int MARGIN = 15;
    private static final int KNOBS = 70;

    private final LayerTable table;
    private final ModelStructure model;
    private final ModelCost cost;
    private final long foldedActivations;
    private final Units units;

    /** @param cost of the same model */
    public LayerText(LayerTable table, ModelCost cost) {
        this.table = table;
        this.model = table.structure();
        this.cost = cost;
        this.foldedActivations = model.folded().total().activationBytes();
        Measure trained = new Measure(cost.parameters(), 0, cost.activationBytes());
        this.units = Units.of(model.convention(), model.total().max(trained));
    }

    /** What the model takes as a whole, then its rows, indented by depth. */
    public String text() {
        Columns columns = new Columns(
                "module", "output", units.parametersHeading(), units.costHeading(), "share", units.bytesHeading());
        for (LayerRow row : table.rows()) {
            String label = "  ".repeat(row.depth() - 1) + row.label() + times(row);
            Measure measure = row.measure();
            columns.row(
                    label,
                    row.output(),
                    units.parameters().number(measure.parameters()),
                    units.cost().number(measure.cost()),
                    String.format(Locale.ROOT, "%.1f %%", 100 * share(measure)),
                    units.bytes().number(measure.activationBytes()));
        }
        return header() + "\n" + columns.text(0, 1);
    }

    private static String times(LayerRow row) {
        boolean merged = row.label().matches(".*\\d-\\d+");
        return merged ? " x" + row.count() : "";
    }

    private String header() {
        Measure total = model.total();
        return model.name() + "\n"
                + line("knobs", knobs())
                + line("parameters", parameters())
                + line(
                        "forward",
                        units.cost(total.cost()) + " of " + model.form() + ", counting "
                                + model.convention().label())
                + line(
                        "training",
                        units.counting(Convention.MACS).cost(cost.macsTraining()) + " a forward pass, counting "
                                + Convention.MACS.label())
                + line("activations", activations())
                + "All at batch 1. Rows show " + model.form() + "; a row xN is the sum of N equal modules.\n";
    }

    /** The knobs that are not at their defaults, in lines of readable width. */
    private String knobs() {
        StringBuilder text = new StringBuilder();
        int start = 0;
        for (Setting<?> setting : model.chosen().all()) {
            if (text.length() - start > KNOBS) {
                text.append("\n").append(" ".repeat(MARGIN));
                start = text.length();
            } else if (text.length() > 0) {
                text.append(" ");
            }
            text.append(setting);
        }
        return text.length() == 0 ? "all at their defaults" : text.toString();
    }

    private String parameters() {
        boolean folds = cost.parametersFolded() != cost.parameters();
        return exact(cost.parameters()) + (folds ? ", " + exact(cost.parametersFolded()) + " after folding" : "");
    }

    /** Of both graphs, where there are two. */
    private String activations() {
        String kept = ", kept for the backward pass";
        if (!model.folds()) {
            return units.bytes(cost.activationBytes()) + kept;
        }
        String rows = " (the rows)";
        return units.bytes(foldedActivations) + " of the folded model" + (model.training() ? ", " : rows + ", ")
                + units.bytes(cost.activationBytes()) + " of the graph that trains" + (model.training() ? rows : "")
                + kept;
    }

    private static String line(String name, String value) {
        return String.format(Locale.ROOT, "  %-12s %s%n", name, value);
    }

    /** One header line, one row per line, whole numbers; rows with {@code leaf} true add up to the model. */
    public String csv() {
        StringBuilder text = new StringBuilder("path,depth,count,output,params,cost,share,activation_bytes,leaf\n");
        for (LayerRow row : table.rows()) {
            Measure measure = row.measure();
            text.append(String.format(
                    Locale.ROOT,
                    "%s,%d,%d,\"%s\",%d,%d,%.6f,%d,%s%n",
                    row.path(),
                    row.depth(),
                    row.count(),
                    row.output(),
                    measure.parameters(),
                    measure.cost(),
                    share(measure),
                    measure.activationBytes(),
                    row.leaf()));
        }
        return text.toString();
    }

    /** An object with the model's knobs, its cost and convention, and one object per row. */
    public String json() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("model", model.name());
        tree.put("knobs", model.chosen().raw());
        tree.put("convention", model.convention().label());
        tree.put("graph", model.training() ? "training" : "folded");
        tree.put("params", cost.parameters());
        tree.put("params_folded", cost.parametersFolded());
        tree.put("macs", cost.macs());
        tree.put("macs_train_graph", cost.macsTraining());
        tree.put("macs_torchprofile", cost.macsTorchprofile());
        tree.put("macs_dit_paper", cost.macsDitPaper());
        tree.put("activation_bytes_folded", foldedActivations);
        tree.put("activation_bytes_training", cost.activationBytes());
        List<Object> rows = new ArrayList<>();
        for (LayerRow row : table.rows()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("path", row.path());
            one.put("depth", row.depth());
            one.put("count", row.count());
            one.put("output", row.output());
            one.put("params", row.measure().parameters());
            one.put("cost", row.measure().cost());
            one.put("share", share(row.measure()));
            one.put("activation_bytes", row.measure().activationBytes());
            one.put("leaf", row.leaf());
            rows.add(one);
        }
        tree.put("layers", rows);
        return Json.text(tree);
    }

    private static String exact(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private double share(Measure measure) {
        long all = model.total().cost();
        return all == 0 ? 0 : (double) measure.cost() / all;
    }
}
