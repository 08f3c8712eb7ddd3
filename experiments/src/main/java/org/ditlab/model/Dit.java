package org.ditlab.model;

import org.ditlab.knob.Settings;
import org.ditlab.tensor.Tensor;

/** Diffusion transformer. */
final class Dit extends Denoiser {
    private final Settings settings;

    Dit(Settings settings) {
        this.settings = settings;
    }

    @Override
    public Tensor forward(Tensor x, Tensor t, Tensor y) {
        return x;
    }

    @Override
    public int channels() {
        return settings.get(ArchitectureKnobs.INPUT).get(0);
    }

    @Override
    public int height() {
        return settings.get(ArchitectureKnobs.INPUT).get(1);
    }

    @Override
    public int width() {
        return settings.get(ArchitectureKnobs.INPUT).get(2);
    }

    @Override
    public int classes() {
        return settings.get(ArchitectureKnobs.CLASSES);
    }

    @Override
    public int nullLabel() {
        return settings.get(ArchitectureKnobs.CLASS_DROPOUT) > 0 ? classes() : -1;
    }

    @Override
    public boolean learnsSigma() {
        return settings.get(ArchitectureKnobs.LEARN_SIGMA);
    }
}
