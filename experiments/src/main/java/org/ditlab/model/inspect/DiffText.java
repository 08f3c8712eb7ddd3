package org.ditlab.model.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A structural difference as people and programs read it: text with one line per difference, JSON. */
public final class DiffText {
    private final StructuralDiff diff;
    private final Units units;

    public DiffText(StructuralDiff diff) {
        this.diff = diff;
        this.units = diff.units();
    }

    /** Knobs, then blocks with what each difference takes, then the totals. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(diff.from().name()).append(" -> ").append(diff.to().name()).append("\n\n");
        if (diff.knobs().isEmpty()) {
            text.append("The knobs are the same.\n");
        } else {
            Columns knobs = new Columns("knob", diff.from().name(), diff.to().name());
            diff.knobs()
                    .forEach(knob -> knobs.row(knob.knob(), String.valueOf(knob.from()), String.valueOf(knob.to())));
            text.append(knobs.text(0, 1, 2));
        }
        text.append('\n');
        if (diff.isEmpty()) {
            return text.append("Built alike, compared as ")
                    .append(form())
                    .append(".\n")
                    .toString();
        }
        blocks(text);
        return text.append("\n")
                .append(units.costHeading())
                .append(" at batch 1 of ")
                .append(form())
                .append(", counting ")
                .append(diff.to().convention().label())
                .append(".\nA row xN is the sum of N equal blocks; the lines below it are of one of them, their GMACs\n"
                        + "multiply-accumulates alone.\n")
                .toString();
    }

    private void blocks(StringBuilder text) {
        Columns columns =
                new Columns("", "block", units.parametersHeading(), units.costHeading(), units.bytesHeading());
        for (BlockDifference block : diff.blocks()) {
            String times = block.count() == 1 ? "" : " x" + block.count();
            columns.row(
                    word(block),
                    block.path() + times,
                    signed(count(block.delta())),
                    signed(cost(block.delta())),
                    signed(kept(block.delta())));
        }
        columns.row("total", "", signed(count(diff.delta())), signed(cost(diff.delta())), signed(kept(diff.delta())));
        Measure from = diff.from().total();
        Measure to = diff.to().total();
        columns.row("from", diff.from().name(), count(from), cost(from), kept(from));
        columns.row("to", diff.to().name(), count(to), cost(to), kept(to));
        List<String> lines = columns.lines(0, 1);
        text.append(lines.get(0)).append('\n');
        for (int i = 0; i < diff.blocks().size(); i++) {
            text.append(lines.get(i + 1)).append('\n');
            diff.blocks()
                    .get(i)
                    .details()
                    .forEach(detail -> text.append("           ").append(detail).append('\n'));
        }
        lines.subList(1 + diff.blocks().size(), lines.size())
                .forEach(line -> text.append(line).append('\n'));
    }

    private String form() {
        return diff.to().training() ? "the graphs that train" : "the folded models";
    }

    private static String word(BlockDifference block) {
        return block.change().name().toLowerCase(Locale.ROOT);
    }

    private String count(Measure measure) {
        return units.parameters().number(measure.parameters());
    }

    private String cost(Measure measure) {
        return units.cost().number(measure.cost());
    }

    private String kept(Measure measure) {
        return units.bytes().number(measure.activationBytes());
    }

    /** With the sign also of what is positive. */
    private static String signed(String number) {
        return number.equals("0") || number.startsWith("-") ? number : "+" + number;
    }

    /** An object with both models, the knobs, the blocks and the convention; whole numbers. */
    public String json() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("from", model(diff.from()));
        tree.put("to", model(diff.to()));
        tree.put("convention", diff.to().convention().label());
        tree.put("graph", diff.to().training() ? "training" : "folded");
        List<Object> knobs = new ArrayList<>();
        for (KnobDifference knob : diff.knobs()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("knob", knob.knob());
            one.put("from", knob.from());
            one.put("to", knob.to());
            knobs.add(one);
        }
        tree.put("knobs", knobs);
        List<Object> blocks = new ArrayList<>();
        for (BlockDifference block : diff.blocks()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("change", word(block));
            one.put("path", block.path());
            one.put("count", block.count());
            figures(one, block.delta());
            one.put("details", block.details());
            blocks.add(one);
        }
        tree.put("blocks", blocks);
        Map<String, Object> total = new LinkedHashMap<>();
        figures(total, diff.delta());
        tree.put("total", total);
        return Json.text(tree);
    }

    private static Map<String, Object> model(ModelStructure structure) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("model", structure.name());
        figures(model, structure.total());
        return model;
    }

    private static void figures(Map<String, Object> tree, Measure measure) {
        tree.put("params", measure.parameters());
        tree.put("cost", measure.cost());
        tree.put("activation_bytes", measure.activationBytes());
    }
}
