package org.ditlab.model.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.model.inspect.BlockAlignment.Pair;
import org.ditlab.model.inspect.BlockDifference.Change;
import org.jspecify.annotations.Nullable;

/**
 * How one model becomes another: the knobs set otherwise, and the blocks added, removed and changed. The deltas of all
 * blocks add up to the difference of the models.
 *
 * @param from the first model
 * @param to the second, counted by the same convention
 */
public record StructuralDiff(
        ModelStructure from, ModelStructure to, List<KnobDifference> knobs, List<BlockDifference> blocks) {

    /** @throws IllegalArgumentException when one model is folded or counted otherwise than the other */
    public static StructuralDiff of(ModelStructure from, ModelStructure to) {
        if (from.convention() != to.convention() || from.training() != to.training()) {
            throw new IllegalArgumentException(from.form() + " counted as " + from.convention() + " and " + to.form()
                    + " counted as " + to.convention() + " do not compare; take both models alike");
        }
        return new StructuralDiff(from, to, knobs(from.settings(), to.settings()), blocks(from, to));
    }

    /** What the second model takes more than the first. */
    public Measure delta() {
        return to.total().minus(from.total());
    }

    /** The units in which both models are printed. */
    Units units() {
        return units(from, to);
    }

    private static Units units(ModelStructure from, ModelStructure to) {
        return Units.of(to.convention(), from.total().max(to.total()));
    }

    /** Whether the models are built alike, however their knobs are set. */
    public boolean isEmpty() {
        return blocks.isEmpty();
    }

    private static List<KnobDifference> knobs(Settings from, Settings to) {
        Map<String, Knob<?>> set = new TreeMap<>();
        for (Setting<?> setting : from.with(to).all()) {
            set.put(setting.knob().name(), setting.knob());
        }
        List<KnobDifference> different = new ArrayList<>();
        for (Knob<?> knob : set.values()) {
            if (!from.get(knob).equals(to.get(knob))) {
                different.add(new KnobDifference(knob.name(), raw(from, knob), raw(to, knob)));
            }
        }
        return different;
    }

    private static <V> Object raw(Settings settings, Knob<V> knob) {
        return knob.to(settings.get(knob)).raw();
    }

    private static List<BlockDifference> blocks(ModelStructure from, ModelStructure to) {
        Units units = units(from, to);
        List<BlockDifference> differences = new ArrayList<>();
        List<Pair> row = new ArrayList<>();
        for (Pair pair : BlockAlignment.of(from.blocks(), to.blocks())) {
            if (!row.isEmpty() && !continues(row.get(0), pair)) {
                differences.add(difference(row, units));
                row.clear();
            }
            if (!pair.alike()) {
                row.add(pair);
            }
        }
        if (!row.isEmpty()) {
            differences.add(difference(row, units));
        }
        Measure own = to.root().own().minus(from.root().own());
        List<String> details = ModuleChanges.between(alone(from.root()), alone(to.root()), units);
        if (!own.equals(Measure.NONE) || !details.isEmpty()) {
            differences.add(new BlockDifference(Change.CHANGED, LayerTable.OWN, 1, own, details));
        }
        return differences;
    }

    /** The model without its blocks. */
    private static ModuleNode alone(ModuleNode root) {
        return new ModuleNode(
                root.path(), root.name(), root.outputs(), root.parameters(), root.operations(), root.own(), List.of());
    }

    private static boolean continues(Pair first, Pair pair) {
        return first.fromKind() == pair.fromKind()
                && first.toKind() == pair.toKind()
                && shown(first).stage().equals(shown(pair).stage());
    }

    /** The block that a difference is named after. */
    private static Block shown(Pair pair) {
        return pair.to() == null ? pair.from() : pair.to();
    }

    private static BlockDifference difference(List<Pair> row, Units units) {
        Pair first = row.get(0);
        Block start = shown(first);
        Block end = shown(row.get(row.size() - 1));
        String path = row.size() == 1
                ? start.path()
                : start.path() + "-" + end.path().substring(end.stage().length() + 1);
        Measure delta = measure(first.to()).minus(measure(first.from())).times(row.size());
        Change change = first.from() == null ? Change.ADDED : first.to() == null ? Change.REMOVED : Change.CHANGED;
        List<String> details = change == Change.CHANGED
                ? ModuleChanges.between(first.from().module(), first.to().module(), units)
                : List.of();
        return new BlockDifference(change, path, row.size(), delta, details);
    }

    private static Measure measure(@Nullable Block block) {
        return block == null ? Measure.NONE : block.measure();
    }
}
