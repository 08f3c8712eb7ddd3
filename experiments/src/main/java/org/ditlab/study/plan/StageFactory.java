package org.ditlab.study.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Settings;
import org.ditlab.study.CanonicalJson;
import org.ditlab.study.Section;
import org.ditlab.study.spi.DataSummary;
import org.jspecify.annotations.Nullable;

/**
 * Says what the content of a stage depends on, and hashes it. A knob that is not part of the identity never counts; a
 * knob of a later stage never changes the hash of an earlier one.
 */
final class StageFactory {
    private static final Set<String> EXTRACTOR_KNOBS =
            Set.of("measure.features", "measure.feature-dimensions", "measure.classifier-steps");

    /** Changes with what the stage leaves behind for those that use it. */
    private static final String EXTRACTOR_FORMAT = "features-2";

    private StageFactory() {}

    /**
     * The stages of one trial, in the order they run; on latents, training alone.
     *
     * @param weights what an extractor depends on besides knobs and data: weights that the user brings; or empty
     */
    static List<Stage> stages(Settings settings, long seed, DataSummary data, String weights) {
        String fingerprint = data.fingerprint();
        Stage train = stage(
                StageKind.TRAIN,
                settings,
                knob -> Set.of(Section.ARCHITECTURE, Section.DATA, Section.TRAIN)
                        .contains(Section.of(knob)),
                seed,
                fingerprint,
                List.of());
        if (data.latent()) {
            return List.of(train);
        }
        Stage extractor = stage(
                StageKind.EXTRACTOR,
                settings,
                knob -> Section.of(knob) == Section.DATA || EXTRACTOR_KNOBS.contains(knob.name()),
                null,
                EXTRACTOR_FORMAT + " " + fingerprint + (weights.isEmpty() ? "" : " " + weights),
                List.of());
        Stage sample = stage(
                StageKind.SAMPLE,
                settings,
                knob -> Section.of(knob) == Section.SAMPLE,
                seed,
                fingerprint,
                List.of(train.hash()));
        Stage measure = stage(
                StageKind.MEASURE,
                settings,
                knob -> Section.of(knob) == Section.MEASURE,
                null,
                fingerprint,
                List.of(sample.hash(), extractor.hash()));
        return List.of(extractor, train, sample, measure);
    }

    /** A trial's hash: its variant's name, identity knobs, seed and stages. */
    static String trialHash(String variant, Settings settings, long seed, List<Stage> stages) {
        return CanonicalJson.hash(Map.of(
                "variant",
                variant,
                "settings",
                settings.filter(Knob::identity).raw(),
                "seed",
                seed,
                "stages",
                stages.stream().map(Stage::hash).toList()));
    }

    private static Stage stage(
            StageKind kind,
            Settings settings,
            Predicate<Knob<?>> part,
            @Nullable Long seed,
            String fingerprint,
            List<String> uses) {
        Map<String, Object> identity = new LinkedHashMap<>();
        identity.put("kind", kind.word());
        identity.put("settings", settings.filter(part.and(Knob::identity)).raw());
        if (seed != null) {
            identity.put("seed", seed);
        }
        identity.put("data", fingerprint);
        identity.put("uses", uses);
        Map<String, Object> normal = CanonicalJson.normal(identity);
        return new Stage(kind, CanonicalJson.hash(normal), normal, uses);
    }
}
