package org.ditlab.model;

import static org.ditlab.model.ArchitectureKnobs.ATTENTION_FACTOR;
import static org.ditlab.model.ArchitectureKnobs.CONDITIONING;
import static org.ditlab.model.ArchitectureKnobs.DEPTH;
import static org.ditlab.model.ArchitectureKnobs.PATCH;
import static org.ditlab.model.ArchitectureKnobs.POSITION;
import static org.ditlab.model.ArchitectureKnobs.WIDTH;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.knob.Settings;
import org.ditlab.nn.BlockForm;
import org.ditlab.nn.Conditioning;
import org.ditlab.nn.FinalLayer;
import org.ditlab.nn.Grid;
import org.ditlab.nn.LabelEmbedder;
import org.ditlab.nn.Lineage;
import org.ditlab.nn.Parameter;
import org.ditlab.nn.PatchEmbed;
import org.ditlab.nn.PositionTable;
import org.ditlab.nn.TimestepEmbedder;
import org.ditlab.nn.TransformerBlock;
import org.ditlab.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The diffusion transformer: patches, a column of equal conditioned blocks, patches again. Parameter names are those of
 * the official checkpoints. Source: Peebles & Xie, arXiv:2212.09748, section 3.
 */
public final class Dit extends Denoiser {
    private final int patch;
    private final Grid grid;
    private final Conditioning conditioning;

    private final PatchEmbed patches;
    private final @Nullable Parameter positions;
    private final TimestepEmbedder time;
    private final LabelEmbedder label;
    private final List<TransformerBlock> blocks = new ArrayList<>();
    private final FinalLayer last;

    /**
     * Declares the model.
     *
     * @throws ArchitectureException naming every knob that contradicts another
     */
    public Dit(Settings settings) {
        super(settings);
        patch = settings.get(PATCH);
        grid = new Grid(height(), width()).dividedBy(patch);
        conditioning = settings.get(CONDITIONING);
        int dim = settings.get(WIDTH);
        BlockForm form = form(settings, dim);

        patches = child("x_embedder", PatchEmbed.patches(channels(), patch, dim));
        positions = settings.get(POSITION).table()
                ? frozen("pos_embed", PositionTable.shape(grid, dim), PositionTable.sinCos(grid))
                : null;
        time = child("t_embedder", new TimestepEmbedder(dim));
        label = child("y_embedder", new LabelEmbedder(classes(), dim, hasNullClass()));
        for (int i = 0; i < settings.get(DEPTH); i++) {
            blocks.add(child("blocks." + i, new TransformerBlock(form)));
        }
        last = child("final_layer", FinalLayer.linear(form, patch * patch * outputChannels()));
    }

    private BlockForm form(Settings settings, int dim) {
        List<Integer> factors = settings.get(ATTENTION_FACTOR);
        Composition composition = new Composition(settings);
        composition.check(
                height() % patch == 0 && width() % patch == 0,
                "patch = " + patch + " does not divide the input of " + height() + " x " + width()
                        + "; choose a patch that divides both");
        composition.check(
                factors.size() == 1,
                "attention.factor = " + factors
                        + " names stages, but skeleton = isotropic has none; choose one factor");
        composition.checkTable(dim);
        composition.checkBlock("", dim, grid, factors.get(0));
        composition.done();
        return composition.block(dim, dim, grid, factors.get(0), Lineage.DIT);
    }

    @Override
    public Tensor forward(Tensor x, Tensor t, Tensor y) {
        int n = x.expect(-1, channels(), height(), width()).dim(0);
        Tensor h = patches.forward(x); // (N, T, D)
        h = positions == null ? h : h.add(positions.value()); // (N, T, D)
        Tensor c = conditioning.join(time.forward(t.expect(n)), label.forward(y.expect(n))); // (N, D) or (N, 2, D)
        if (conditioning == Conditioning.IN_CONTEXT) {
            h = Tensor.concat(1, List.of(h, c)); // (N, T + 2, D)
        }
        h = TransformerBlock.series(blocks, h, c); // (N, T, D)
        return grid.unpatchify(last.forward(h.slice(1, 0, grid.tokens()), c), patch); // (N, out, H, W)
    }
}
