package org.ditlab.model;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Settings;
import org.ditlab.nn.AttentionForm;
import org.ditlab.nn.AttentionTokens;
import org.ditlab.nn.BlockForm;
import org.ditlab.nn.FeedForwardForm;
import org.ditlab.nn.Grid;
import org.ditlab.nn.Lineage;

/** Settings as the form of a block, and what must hold of them whatever the skeleton. */
final class Composition {
    private final Settings settings;
    private final List<String> problems = new ArrayList<>();

    Composition(Settings settings) {
        this.settings = settings;
        for (Knob<?> knob : ArchitectureKnobs.all()) {
            requirements(knob);
        }
    }

    private <V> void requirements(Knob<V> knob) {
        if (!settings.get(knob).equals(knob.defaultValue())) {
            knob.unmet(settings).forEach(unmet -> problems.add(spelled(knob) + " requires " + unmet.text()));
        }
    }

    /** Whether nothing is wrong so far. */
    boolean fine() {
        return problems.isEmpty();
    }

    /** Notes a problem unless something holds. */
    void check(boolean holds, String problem) {
        if (!holds) {
            problems.add(problem);
        }
    }

    /** Checks what concerns the blocks of one width and grid. */
    void checkBlock(String where, int width, Grid grid, int factor) {
        int heads = settings.get(ArchitectureKnobs.HEADS);
        check(
                width % heads == 0,
                "heads = " + heads + " does not divide width = " + width + where
                        + "; choose a width that is a multiple of heads");
        boolean divided = width % heads == 0;
        int headDim = width / heads;
        check(
                !divided || !settings.get(ArchitectureKnobs.POSITION).rotates() || headDim % 4 == 0,
                spelled(ArchitectureKnobs.POSITION) + " requires a head width (width / heads) that divides by 4, not "
                        + headDim + where);
        check(
                settings.get(ArchitectureKnobs.ATTENTION_TOKENS) == AttentionTokens.FULL || grid.divides(factor),
                "attention.factor = " + factor + " does not divide the grid of " + grid + where
                        + "; choose a factor that divides both sides");
        check(
                feedForward().fits(width),
                "mlp-ratio = " + feedForward().ratio() + " leaves no hidden channel" + where + "; choose a larger one");
    }

    /** Checks the table of absolute positions. */
    void checkTable(int width) {
        check(
                !settings.get(ArchitectureKnobs.POSITION).table() || width % 4 == 0,
                spelled(ArchitectureKnobs.POSITION) + " requires a width that is a multiple of 4, not " + width);
    }

    private <V> String spelled(Knob<V> knob) {
        return knob.name() + " = " + knob.to(settings.get(knob)).raw();
    }

    /**
     * Ends the checks.
     *
     * @throws ArchitectureException with all problems
     */
    void done() {
        if (!problems.isEmpty()) {
            throw new ArchitectureException(
                    String.join("; and ", problems.stream().distinct().toList()));
        }
    }

    BlockForm block(int width, int conditionWidth, Grid grid, int factor, Lineage lineage) {
        AttentionForm attention = new AttentionForm(
                settings.get(ArchitectureKnobs.ATTENTION_TOKENS),
                factor,
                settings.get(ArchitectureKnobs.DOWNSAMPLER),
                settings.get(ArchitectureKnobs.DOWNSAMPLER_KERNEL),
                settings.get(ArchitectureKnobs.DOWNSAMPLER_SHORTCUT),
                settings.get(ArchitectureKnobs.ATTENTION_LOGITS),
                settings.get(ArchitectureKnobs.POSITION).rotates());
        return new BlockForm(
                width,
                settings.get(ArchitectureKnobs.HEADS),
                conditionWidth,
                grid,
                settings.get(ArchitectureKnobs.CONDITIONING),
                attention,
                feedForward(),
                lineage);
    }

    private FeedForwardForm feedForward() {
        return new FeedForwardForm(
                settings.get(ArchitectureKnobs.FFN),
                settings.get(ArchitectureKnobs.MLP_RATIO),
                settings.get(ArchitectureKnobs.FFN_MULTIPLE),
                settings.get(ArchitectureKnobs.FFN_REPARAM));
    }
}
