package org.ditlab.model;

import static org.ditlab.model.ArchitectureKnobs.DEPTH;
import static org.ditlab.model.ArchitectureKnobs.HEADS;
import static org.ditlab.model.ArchitectureKnobs.PATCH;
import static org.ditlab.model.ArchitectureKnobs.WIDTH;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.knob.Settings;

/** The names people say, as settings: {@code DiT-S/4}, {@code DiT-XL/2}. */
public final class ModelZoo {
    private static final Map<String, Settings> MODELS = new LinkedHashMap<>();

    static {
        // Source: DiT, table 1.
        dit("S", 12, 384, 6);
        dit("B", 12, 768, 12);
        dit("L", 24, 1024, 16);
        dit("XL", 28, 1152, 16);
    }

    private ModelZoo() {}

    private static void dit(String size, int depth, int width, int heads) {
        for (int patch : new int[] {2, 4, 8}) {
            MODELS.put(
                    "DiT-" + size + "/" + patch,
                    Settings.of(DEPTH.to(depth), WIDTH.to(width), HEADS.to(heads), PATCH.to(patch)));
        }
    }

    /** All names, in the order of the paper's tables. */
    public static List<String> names() {
        return List.copyOf(MODELS.keySet());
    }

    /** The architecture settings that a name stands for. */
    public static Optional<Settings> find(String name) {
        return Optional.ofNullable(MODELS.get(name));
    }

    /**
     * Declares the model that the settings describe; no memory for weights is taken.
     *
     * @throws ArchitectureException when the settings contradict each other, naming the knobs
     */
    public static Denoiser build(Settings settings) {
        return new Dit(settings);
    }
}
