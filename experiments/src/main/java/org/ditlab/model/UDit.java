package org.ditlab.model;

import static org.ditlab.model.ArchitectureKnobs.ATTENTION_FACTOR;
import static org.ditlab.model.ArchitectureKnobs.CONDITIONING;
import static org.ditlab.model.ArchitectureKnobs.EMBEDDERS;
import static org.ditlab.model.ArchitectureKnobs.LABEL_DROP;
import static org.ditlab.model.ArchitectureKnobs.POSITION;
import static org.ditlab.model.ArchitectureKnobs.STAGES;
import static org.ditlab.model.ArchitectureKnobs.WIDTH;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.knob.Settings;
import org.ditlab.nn.BlockForm;
import org.ditlab.nn.Conditioning;
import org.ditlab.nn.Conv2d;
import org.ditlab.nn.FinalLayer;
import org.ditlab.nn.Grid;
import org.ditlab.nn.Initializer;
import org.ditlab.nn.LabelEmbedder;
import org.ditlab.nn.Lineage;
import org.ditlab.nn.Parameter;
import org.ditlab.nn.PatchEmbed;
import org.ditlab.nn.PositionTable;
import org.ditlab.nn.Resample;
import org.ditlab.nn.SkipFuse;
import org.ditlab.nn.TimestepEmbedder;
import org.ditlab.nn.TransformerBlock;
import org.ditlab.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The U-shaped diffusion transformer: an encoder whose stages halve the grid and double the channels, a middle stage, a
 * decoder that doubles the grid again and takes the encoder's tokens by skips. The last decoder stage keeps twice the
 * first stage's channels. Parameter names are those of the official checkpoints. Source: Tian et al., U-DiT,
 * arXiv:2405.02730, section 3 and its code; DiT-UNet is the same with full attention.
 */
public final class UDit extends Denoiser {
    /** Attention and feed-forward pairs in a block. */
    private static final int PAIRS = 2;

    private final int levels;
    private final Grid grid;
    private final Conditioning conditioning;
    private final int masks;

    private final PatchEmbed pixels;
    private final @Nullable Parameter positions;
    private final List<TimestepEmbedder> times = new ArrayList<>();
    private final List<LabelEmbedder> labels = new ArrayList<>();
    private final List<List<TransformerBlock>> encoder = new ArrayList<>();
    private final List<Resample> downs = new ArrayList<>();
    private final List<TransformerBlock> middle;
    private final List<Resample> ups = new ArrayList<>();
    private final List<SkipFuse> fuses = new ArrayList<>();
    private final List<List<TransformerBlock>> decoder = new ArrayList<>();
    private final Conv2d output;
    private final FinalLayer last;

    /**
     * Declares the model.
     *
     * @throws ArchitectureException naming every knob that contradicts another
     */
    public UDit(Settings settings) {
        super(settings);
        List<Integer> stages = settings.get(STAGES);
        levels = (stages.size() + 1) / 2;
        grid = new Grid(height(), width());
        conditioning = settings.get(CONDITIONING);
        int dim = settings.get(WIDTH);
        BlockForm form = form(settings, stages.size(), dim);
        boolean perStage = settings.get(EMBEDDERS) == Embedders.PER_STAGE;
        masks = perStage && settings.get(LABEL_DROP) == LabelDrop.PER_EMBEDDER ? levels : 1;

        pixels = child("x_embedder", PatchEmbed.pixels(channels(), dim));
        positions = settings.get(POSITION).table()
                ? frozen("pos_embed", PositionTable.shape(grid, dim), PositionTable.sinCos(grid))
                : null;
        for (int level = 0; level < (perStage ? levels : 1); level++) {
            String number = perStage ? "_" + (level + 1) : "";
            times.add(child("t_embedder" + number, new TimestepEmbedder(dim << level)));
            labels.add(child("y_embedder" + number, new LabelEmbedder(classes(), dim << level, hasNullClass())));
        }
        for (int level = 0; level < levels - 1; level++) {
            BlockForm here = at(form, level, level, level);
            encoder.add(blocks("encoder_level_" + (level + 1), stages.get(level), here));
            downs.add(child("down" + between(level, level + 1), Resample.down(here.width(), here.grid())));
        }
        middle = blocks("latent", stages.get(levels - 1), at(form, levels - 1, levels - 1, levels - 1));
        for (int level = levels - 2; level >= 0; level--) {
            BlockForm here = at(form, level, Math.max(level, 1), stages.size() - 1 - level);
            int width = dim << level;
            ups.add(child(
                    "up" + between(level + 1, level),
                    Resample.up(2 * width, here.grid().dividedBy(2))));
            fuses.add(child("reduce_chan_level" + (level + 1), new SkipFuse(width, here.width())));
            decoder.add(blocks("decoder_level_" + (level + 1), stages.get(stages.size() - 1 - level), here));
        }
        BlockForm end = at(form, 0, 1, stages.size() - 1);
        output = child("output", Conv2d.same(end.width(), end.width(), 3, Initializer.xavierUniform()));
        last = child("final_layer", FinalLayer.convolution(end, outputChannels()));
    }

    /** The form of the first stage, when everything fits. */
    private BlockForm form(Settings settings, int stages, int dim) {
        List<Integer> factors = settings.get(ATTENTION_FACTOR);
        Composition composition = new Composition(settings);
        int side = 1 << (levels - 1);
        composition.check(
                stages % 2 == 1, "stages requires an odd number of entries (encoder, middle, decoder), not " + stages);
        composition.check(
                grid.divides(side),
                "the input of " + grid + " does not divide by " + side + ", which " + levels
                        + " resolutions need; choose fewer stages or another input");
        composition.check(
                factors.size() == 1 || factors.size() == stages,
                "attention.factor = " + factors + " has " + factors.size() + " entries; choose 1 or one for each of "
                        + stages + " stages");
        composition.check(
                dim % 2 == 0, "width = " + dim + " is odd, and the down-sampling halves it; choose an even width");
        composition.checkTable(dim);
        for (int stage = 0; stage < stages && composition.fine(); stage++) {
            int level = Math.min(stage, stages - 1 - stage);
            composition.checkBlock(" in stage " + (stage + 1), dim << level, grid.dividedBy(1 << level), factor(stage));
        }
        composition.done();
        return composition.block(dim, dim, grid, 1, Lineage.UDIT);
    }

    /** The form at a level, with the channels of another (the last decoder stage is wider), and a stage's factor. */
    private BlockForm at(BlockForm form, int level, int channelLevel, int stage) {
        int width = form.width() << channelLevel;
        int conditionWidth = times.size() == 1 ? form.width() : width;
        return form.at(width, conditionWidth, grid.dividedBy(1 << level), factor(stage));
    }

    private int factor(int stage) {
        List<Integer> factors = settings().get(ATTENTION_FACTOR);
        return factors.get(Math.min(stage, factors.size() - 1));
    }

    private List<TransformerBlock> blocks(String name, int count, BlockForm form) {
        List<TransformerBlock> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blocks.add(child(name + "." + i, new TransformerBlock(form, PAIRS)));
        }
        return blocks;
    }

    private static String between(int from, int to) {
        return (from + 1) + "_" + (to + 1);
    }

    @Override
    public Tensor forward(Tensor x, Tensor t, Tensor y) {
        int n = x.expect(-1, channels(), height(), width()).dim(0);
        List<Tensor> c = conditions(t.expect(n), y);
        Tensor h = pixels.forward(x); // (N, H W, C)
        h = positions == null ? h : h.add(positions.value()); // (N, H W, C)
        List<Tensor> skips = new ArrayList<>();
        for (int level = 0; level < levels - 1; level++) {
            h = TransformerBlock.series(encoder.get(level), h, c.get(level)); // (N, T, C)
            skips.add(h);
            h = downs.get(level).forward(h); // (N, T / 4, 2 C)
        }
        h = TransformerBlock.series(middle, h, c.get(levels - 1));
        for (int level = levels - 2; level >= 0; level--) {
            int step = levels - 2 - level;
            h = ups.get(step).forward(h); // (N, 4 T, C / 2)
            h = fuses.get(step).forward(h, skips.get(level)); // (N, T, C); at the first level (N, T, 2 C)
            h = TransformerBlock.series(decoder.get(step), h, c.get(Math.max(level, 1)));
        }
        Tensor image = output.forward(grid.image(h)); // (N, 2 C, H, W)
        return last.forward(grid.tokens(image), c.get(1)); // (N, out, H, W)
    }

    /** The condition of each level. */
    private List<Tensor> conditions(Tensor t, Tensor y) {
        List<Tensor> all = new ArrayList<>();
        for (int level = 0; level < levels; level++) {
            if (level < times.size()) {
                Tensor label = labels.get(level).forward(labels(y, level));
                all.add(conditioning.join(times.get(level).forward(t), label)); // (N, C) or (N, 2, C)
            } else {
                all.add(all.get(0));
            }
        }
        return all;
    }

    @Override
    public int labelMasks() {
        return masks;
    }
}
