package org.ditlab.model;

import org.ditlab.knob.Settings;
import org.ditlab.nn.Module;
import org.ditlab.tensor.Tensor;

/** A network that predicts noise (and, with learned sigma, a variance coefficient) from a noisy image, time and label. */
public abstract class Denoiser extends Module {
    private final Settings settings;

    /** A model of these architecture settings. */
    protected Denoiser(Settings settings) {
        this.settings = settings;
    }

    /**
     * One forward pass.
     *
     * @param x noisy images (N, C, H, W)
     * @param t timesteps (N), floating, may be fractional
     * @param y labels (N), INT64; {@link #nullLabel} stands for "no label". Training may give (labelMasks, N), a row for
     *     each label embedder
     * @return (N, C, H, W), or (N, 2C, H, W) with learned sigma: noise first, variance coefficients after
     */
    public abstract Tensor forward(Tensor x, Tensor t, Tensor y);

    /** How many label embedders lose labels independently in training; 1 or their number. */
    public int labelMasks() {
        return 1;
    }

    /** The same function with fewer layers where the model trains with branches, else this; copies, training weights stay. */
    public final Denoiser folded() {
        if (!folds(settings)) {
            return this;
        }
        Denoiser plain = ModelZoo.build(foldedSettings(settings));
        foldInto(plain);
        return plain;
    }

    /** Whether the model of these settings trains with branches that fold. */
    public static boolean folds(Settings settings) {
        return settings.get(ArchitectureKnobs.FFN_REPARAM);
    }

    /** The settings of the folded model. */
    public static Settings foldedSettings(Settings settings) {
        return settings.with(ArchitectureKnobs.FFN_REPARAM.to(false));
    }

    /** The labels of one embedder: (N), or a row of (labelMasks, N). */
    protected static Tensor labels(Tensor y, int embedder) {
        return y.shape().rank() == 1 ? y : y.slice(0, embedder, embedder + 1).reshape(y.dim(1));
    }

    /** What the model was declared with. */
    public final Settings settings() {
        return settings;
    }

    /** C of the input. */
    public final int channels() {
        return settings.get(ArchitectureKnobs.INPUT).get(0);
    }

    public final int height() {
        return settings.get(ArchitectureKnobs.INPUT).get(1);
    }

    public final int width() {
        return settings.get(ArchitectureKnobs.INPUT).get(2);
    }

    /** Channels of the output. */
    public final int outputChannels() {
        return learnsSigma() ? 2 * channels() : channels();
    }

    /** Number of real classes. */
    public final int classes() {
        return settings.get(ArchitectureKnobs.CLASSES);
    }

    /** The label that stands for "no label", or -1 when the model has none. */
    public final int nullLabel() {
        return hasNullClass() ? classes() : -1;
    }

    /** Whether label tables have a row for "no label". */
    protected final boolean hasNullClass() {
        return settings.get(ArchitectureKnobs.CLASS_DROPOUT) > 0;
    }

    public final boolean learnsSigma() {
        return settings.get(ArchitectureKnobs.LEARN_SIGMA);
    }
}
