package org.ditlab.diffusion.sampler;

import java.util.List;
import java.util.Map;

/** The samplers by the name that {@code sample.sampler} takes. */
public final class Samplers {
    private static final Map<String, Sampler> SAMPLERS = Map.of("ddpm", new Ddpm(), "ddim", new Ddim(0));

    private Samplers() {}

    public static List<String> names() {
        return SAMPLERS.keySet().stream().sorted().toList();
    }

    /**
     * The sampler of a name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Sampler named(String name) {
        Sampler sampler = SAMPLERS.get(name);
        if (sampler == null) {
            throw new IllegalArgumentException("no sampler is called " + name + "; there are " + names());
        }
        return sampler;
    }
}
