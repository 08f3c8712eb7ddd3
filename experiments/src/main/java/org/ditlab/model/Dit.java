package org.ditlab.model;

import static org.ditlab.model.ArchitectureKnobs.CLASSES;
import static org.ditlab.model.ArchitectureKnobs.CLASS_DROPOUT;
import static org.ditlab.model.ArchitectureKnobs.DEPTH;
import static org.ditlab.model.ArchitectureKnobs.HEADS;
import static org.ditlab.model.ArchitectureKnobs.INPUT;
import static org.ditlab.model.ArchitectureKnobs.LEARN_SIGMA;
import static org.ditlab.model.ArchitectureKnobs.MLP_RATIO;
import static org.ditlab.model.ArchitectureKnobs.PATCH;
import static org.ditlab.model.ArchitectureKnobs.WIDTH;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.knob.Settings;
import org.ditlab.nn.DitBlock;
import org.ditlab.nn.FinalLayer;
import org.ditlab.nn.LabelEmbedder;
import org.ditlab.nn.Parameter;
import org.ditlab.nn.PatchEmbed;
import org.ditlab.nn.PositionTable;
import org.ditlab.nn.TimestepEmbedder;
import org.ditlab.tensor.Tensor;

/**
 * The diffusion transformer: patches, a column of equal blocks conditioned by adaLN-Zero, patches again. Parameter names
 * are those of the official checkpoints. Source: Peebles & Xie, arXiv:2212.09748, section 3.
 */
public final class Dit extends Denoiser {
    private final int channels;
    private final int height;
    private final int width;
    private final int patch;
    private final int out;
    private final int classes;
    private final boolean nullClass;
    private final boolean learnSigma;

    private final PatchEmbed patches;
    private final Parameter positions;
    private final TimestepEmbedder time;
    private final LabelEmbedder label;
    private final List<DitBlock> blocks = new ArrayList<>();
    private final FinalLayer last;

    /**
     * Declares the model.
     *
     * @throws ArchitectureException when heads do not divide the width, or patches the input
     */
    public Dit(Settings settings) {
        channels = settings.get(INPUT).get(0);
        height = settings.get(INPUT).get(1);
        width = settings.get(INPUT).get(2);
        patch = settings.get(PATCH);
        classes = settings.get(CLASSES);
        nullClass = settings.get(CLASS_DROPOUT) > 0;
        learnSigma = settings.get(LEARN_SIGMA);
        out = learnSigma ? 2 * channels : channels;
        int dim = settings.get(WIDTH);
        int heads = settings.get(HEADS);
        check(dim, heads);

        patches = child("x_embedder", new PatchEmbed(channels, patch, dim));
        positions = frozen(
                "pos_embed", PositionTable.shape(rows(), columns(), dim), PositionTable.sinCos(rows(), columns()));
        time = child("t_embedder", new TimestepEmbedder(dim));
        label = child("y_embedder", new LabelEmbedder(classes, dim, nullClass));
        int hidden = (int) (dim * settings.get(MLP_RATIO));
        for (int i = 0; i < settings.get(DEPTH); i++) {
            blocks.add(child("blocks." + i, new DitBlock(dim, heads, hidden)));
        }
        last = child("final_layer", new FinalLayer(dim, patch, out));
    }

    private void check(int dim, int heads) {
        List<String> problems = new ArrayList<>();
        if (dim % heads != 0) {
            problems.add("heads = " + heads + " does not divide width = " + dim
                    + "; choose a width that is a multiple of heads");
        }
        if (dim % 4 != 0) {
            problems.add("width = " + dim + " is no multiple of 4, which the 2D position table needs");
        }
        if (height % patch != 0 || width % patch != 0) {
            problems.add("patch = " + patch + " does not divide the input of " + height + " x " + width
                    + "; choose a patch that divides both");
        }
        if (!problems.isEmpty()) {
            throw new ArchitectureException(String.join("; and ", problems));
        }
    }

    @Override
    public Tensor forward(Tensor x, Tensor t, Tensor y) {
        int n = x.expect(-1, channels, height, width).dim(0);
        Tensor h = patches.forward(x).add(positions.value()); // (N, T, D)
        Tensor c = time.forward(t.expect(n)).add(label.forward(y.expect(n))); // (N, D)
        for (DitBlock block : blocks) {
            h = block.forward(h, c); // (N, T, D)
        }
        return unpatchify(last.forward(h, c)); // (N, out, H, W)
    }

    /** (N, T, p p out), a token being (row, column, channel), to (N, out, H, W). */
    private Tensor unpatchify(Tensor tokens) {
        int n = tokens.dim(0);
        return tokens.reshape(n, rows(), columns(), patch, patch, out)
                .permute(0, 5, 1, 3, 2, 4) // (N, out, rows, p, columns, p)
                .reshape(n, out, height, width);
    }

    private int rows() {
        return height / patch;
    }

    private int columns() {
        return width / patch;
    }

    @Override
    public int channels() {
        return channels;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public int nullLabel() {
        return nullClass ? classes : -1;
    }

    @Override
    public boolean learnsSigma() {
        return learnSigma;
    }
}
