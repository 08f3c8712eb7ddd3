package org.ditlab.model.inspect;

import static org.ditlab.model.ArchitectureKnobs.INPUT;

import java.util.List;
import org.ditlab.tensor.Shape;

/** What is written in the boxes of a drawing. */
final class BlockText {
    private static final String TIMES = " \u00d7 ";

    private final ModelStructure model;
    private final Units units;
    private final int height;
    private final int width;

    BlockText(ModelStructure model) {
        this.model = model;
        this.units = Units.of(model.convention(), model.total());
        this.height = model.settings().get(INPUT).get(1);
        this.width = model.settings().get(INPUT).get(2);
    }

    /** {@code U-DiT-T: 0.946 GMACs, 5.432 M params}. */
    String title() {
        return model.name() + ": " + figures(model.total());
    }

    /** What the figures count, and which blocks share a box. */
    List<String> notes() {
        return List.of(
                "One forward pass at batch 1 of " + model.form() + ", counting "
                        + model.convention().label() + ".",
                "A box" + TIMES + "N stands for N equal blocks and has the sum of their figures.");
    }

    /** {@code blocks.0-27 x 28}. */
    String name(BlockRun run) {
        return run.path() + (run.count() == 1 ? "" : "  " + TIMES.strip() + " " + run.count());
    }

    /** What it does, and the shape of its output. */
    String kind(BlockRun run) {
        return run.description() + ", " + shape(run.first().output());
    }

    /** {@code 0.946 GMACs, 5.432 M params}, in the units of the whole picture. */
    String figures(Measure measure) {
        return units.cost(measure.cost()) + ", " + units.parameters(measure.parameters());
    }

    /** {@code 16 x 16 x 1152}: rows, columns, channels; {@code 258 tokens x 1152} where tokens form no grid. */
    String shape(Shape output) {
        if (output.rank() == 4) {
            return output.dim(2) + TIMES + output.dim(3) + TIMES + output.dim(1);
        }
        if (output.rank() == 3) {
            return positions(output.dim(1)) + TIMES + output.dim(2);
        }
        return output.rank() == 0 ? "" : String.valueOf(output.dim(-1));
    }

    /** {@code 16 x 16}, or {@code 258 tokens}. */
    String positions(long positions) {
        for (int step = 1; step <= Math.min(height, width); step++) {
            boolean divides = height % step == 0 && width % step == 0;
            if (divides && (long) (height / step) * (width / step) == positions) {
                return height / step + TIMES + width / step;
            }
        }
        return positions + " tokens";
    }

    /** The input of the model, as rows, columns, channels. */
    String input() {
        return height + TIMES + width + TIMES + model.settings().get(INPUT).get(0);
    }
}
