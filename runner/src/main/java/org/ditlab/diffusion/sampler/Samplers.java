package org.ditlab.diffusion.sampler;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.ditlab.knob.Settings;

/** The samplers by the name that {@code sample.sampler} takes. */
public final class Samplers {
    private static final Map<String, Function<Settings, Sampler>> SAMPLERS = Map.of(
            "ddpm", settings -> new Ddpm(),
            "ddim", settings -> new Ddim(settings.get(SampleKnobs.ETA)),
            "dpm++", settings -> new DpmSolver(),
            "euler", settings -> new Euler(),
            "heun", settings -> new Heun());

    private Samplers() {}

    public static List<String> names() {
        return SAMPLERS.keySet().stream().sorted().toList();
    }

    /** The sampler that the settings name. */
    public static Sampler of(Settings settings) {
        return SAMPLERS.get(settings.get(SampleKnobs.SAMPLER)).apply(settings);
    }

    /** How often an image calls the model; guidance makes every call twice as large. */
    public static int evaluations(Settings settings) {
        return of(settings).evaluations(settings.get(SampleKnobs.STEPS));
    }
}
