package org.ditlab.study.plan;

import java.util.ArrayList;
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

/**
 * Says what the content of a stage depends on, and hashes it. A knob that is not part of the identity never counts; a
 * knob of a later stage never changes the hash of an earlier one.
 */
final class StageFactory {
    private static final Set<String> EXTRACTOR_KNOBS =
            Set.of("measure.features", "measure.feature-dimensions", "measure.classifier-steps");

    /** Knobs of stages of their own, which no other stage depends on. */
    private static final Set<String> OWN_STAGES = Set.of(Extras.HELD_OUT, Extras.NEAREST);

    private static final String COUNT = "sample.count";

    /** Changes with what the stage leaves behind for those that use it. */
    private static final String EXTRACTOR_FORMAT = "features-2";

    private final Settings settings;
    private final long seed;
    private final DataSummary data;

    private StageFactory(Settings settings, long seed, DataSummary data) {
        this.settings = settings;
        this.seed = seed;
        this.data = data;
    }

    /**
     * The stages of one trial, in the order they run: those of the last weights, then those of each snapshot. On latents
     * nothing is sampled.
     *
     * @param settings those of {@link Extras#asked}
     * @param weights what an extractor depends on besides knobs and data: weights that the user brings; or empty
     */
    static List<Stage> stages(Settings settings, long seed, DataSummary data, String weights) {
        return new StageFactory(settings, seed, data).stages(weights);
    }

    /** The training alone. */
    static Stage train(Settings settings, long seed, DataSummary data) {
        return new StageFactory(settings, seed, data).train();
    }

    private List<Stage> stages(String weights) {
        Extras extras = Extras.of(settings);
        List<Stage> stages = new ArrayList<>();
        Stage train = train();
        if (data.latent()) {
            stages.add(train);
        } else {
            stages.add(extractor(weights));
            stages.add(train);
        }
        after(train, 0, extras, stages);
        extras.snapshots().forEach(step -> after(train, step, extras, stages));
        return List.copyOf(stages);
    }

    /** What is done with the weights of a step, 0 for the last ones. */
    private void after(Stage train, long snapshot, Extras extras, List<Stage> stages) {
        if (!data.latent()) {
            Stage sample = sample(train, snapshot);
            Stage extractor = stages.get(0);
            stages.add(sample);
            stages.add(measure(sample, extractor, snapshot));
            if (extras.nearest() && snapshot == 0) {
                stages.add(alone(StageKind.NEAREST, Extras.NEAREST, sample, snapshot));
            }
        }
        if (extras.heldOut()) {
            stages.add(alone(StageKind.HELDOUT, Extras.HELD_OUT, train, snapshot));
        }
    }

    private Stage extractor(String weights) {
        Map<String, Object> identity = identity(
                StageKind.EXTRACTOR,
                raw(knob -> Section.of(knob) == Section.DATA || EXTRACTOR_KNOBS.contains(knob.name())),
                0);
        identity.put("data", EXTRACTOR_FORMAT + " " + data.fingerprint() + (weights.isEmpty() ? "" : " " + weights));
        return stage(StageKind.EXTRACTOR, identity, List.of());
    }

    private Stage train() {
        Map<String, Object> identity = identity(
                StageKind.TRAIN,
                raw(knob -> Set.of(Section.ARCHITECTURE, Section.DATA, Section.TRAIN)
                        .contains(Section.of(knob))),
                0);
        identity.put("seed", seed);
        return stage(StageKind.TRAIN, identity, List.of());
    }

    private Stage sample(Stage train, long snapshot) {
        Map<String, Object> drawn = raw(knob -> Section.of(knob) == Section.SAMPLE);
        Object fewer = drawn.remove(Extras.SNAPSHOT_COUNT);
        if (snapshot > 0 && fewer != null) {
            drawn.put(COUNT, fewer);
        }
        Map<String, Object> identity = identity(StageKind.SAMPLE, drawn, snapshot);
        identity.put("seed", seed);
        return stage(StageKind.SAMPLE, identity, List.of(train.hash()));
    }

    private Stage measure(Stage sample, Stage extractor, long snapshot) {
        Map<String, Object> measured =
                raw(knob -> Section.of(knob) == Section.MEASURE && !OWN_STAGES.contains(knob.name()));
        return stage(
                StageKind.MEASURE,
                identity(StageKind.MEASURE, measured, snapshot),
                List.of(sample.hash(), extractor.hash()));
    }

    /** A stage of one knob. */
    private Stage alone(StageKind kind, String knob, Stage uses, long snapshot) {
        Map<String, Object> own = raw(other -> other.name().equals(knob));
        return stage(kind, identity(kind, own, snapshot), List.of(uses.hash()));
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

    private Map<String, Object> raw(Predicate<Knob<?>> part) {
        return settings.filter(part.and(Knob::identity)).raw();
    }

    private Map<String, Object> identity(StageKind kind, Map<String, Object> own, long snapshot) {
        Map<String, Object> identity = new LinkedHashMap<>();
        identity.put("kind", kind.word());
        identity.put("settings", own);
        identity.put("data", data.fingerprint());
        if (snapshot > 0) {
            identity.put(Stage.SNAPSHOT, snapshot);
        }
        return identity;
    }

    private static Stage stage(StageKind kind, Map<String, Object> identity, List<String> uses) {
        identity.put("uses", uses);
        Map<String, Object> normal = CanonicalJson.normal(identity);
        return new Stage(kind, CanonicalJson.hash(normal), normal, uses);
    }
}
