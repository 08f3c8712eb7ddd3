package org.ditlab.study.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Settings;
import org.ditlab.study.CanonicalJson;
import org.ditlab.study.Section;
import org.ditlab.study.spi.DataSummary;

/**
 * Says what the content of a stage depends on, and hashes it. A knob that is not part of the identity never counts; a
 * knob of a later stage never changes the hash of an earlier one. Of one variant; its seeds share all but the seed.
 */
final class StageFactory {
    private static final Set<String> EXTRACTOR_KNOBS =
            Set.of("measure.features", "measure.feature-dimensions", "measure.classifier-steps");

    /** Knobs of stages of their own, which no other stage depends on. */
    private static final Set<String> OWN_STAGES = Set.of(Extras.HELD_OUT, Extras.NEAREST);

    private static final String COUNT = "sample.count";

    /** Changes with what the stage leaves behind for those that use it. */
    private static final String EXTRACTOR_FORMAT = "features-2";

    private final DataSummary data;
    private final Extras extras;
    private final Part whole;
    private final Part training;
    private final Part sampling;
    private final Part samplingOnTheWay;
    private final Part measuring;
    private final Part heldOut;
    private final Part nearest;
    private final Stage extractor;

    /** Settings that stages of all seeds share, in normal form and as canonical text. */
    private record Part(Map<String, Object> normal, String text) {
        static Part of(Map<String, Object> raw) {
            Map<String, Object> normal = CanonicalJson.normal(raw);
            return new Part(normal, CanonicalJson.text(normal));
        }
    }

    /**
     * Of one variant.
     *
     * @param settings those of {@link Extras#asked}
     * @param weights what an extractor depends on besides knobs and data: weights that the user brings; or empty
     */
    StageFactory(Settings settings, DataSummary data, String weights) {
        this.data = data;
        this.extras = Extras.of(settings);
        Settings identity = settings.filter(Knob::identity);
        this.whole = Part.of(identity.raw());
        this.training = training(identity);
        Map<String, Object> drawn = raw(identity, knob -> Section.of(knob) == Section.SAMPLE);
        Object fewer = drawn.remove(Extras.SNAPSHOT_COUNT);
        this.sampling = Part.of(drawn);
        if (fewer != null) {
            drawn.put(COUNT, fewer);
        }
        this.samplingOnTheWay = fewer == null ? sampling : Part.of(drawn);
        this.measuring =
                part(identity, knob -> Section.of(knob) == Section.MEASURE && !OWN_STAGES.contains(knob.name()));
        this.heldOut = part(identity, knob -> knob.name().equals(Extras.HELD_OUT));
        this.nearest = part(identity, knob -> knob.name().equals(Extras.NEAREST));
        this.extractor = extractor(identity, weights);
    }

    /**
     * The stages of one trial, in the order they run: those of the last weights, then those of each snapshot. On latents
     * nothing is sampled.
     */
    List<Stage> stages(long seed) {
        List<Stage> stages = new ArrayList<>();
        Stage train = train(training, seed, data);
        if (!data.latent()) {
            stages.add(extractor);
        }
        stages.add(train);
        after(train, seed, 0, stages);
        extras.snapshots().forEach(step -> after(train, seed, step, stages));
        return List.copyOf(stages);
    }

    /** The training alone. */
    static Stage train(Settings settings, long seed, DataSummary data) {
        return train(training(settings.filter(Knob::identity)), seed, data);
    }

    /** What is done with the weights of a step, 0 for the last ones. */
    private void after(Stage train, long seed, long snapshot, List<Stage> stages) {
        if (!data.latent()) {
            Stage sample = sample(train, seed, snapshot);
            stages.add(sample);
            stages.add(stage(
                    StageKind.MEASURE,
                    identity(StageKind.MEASURE, measuring, data, snapshot),
                    List.of(sample.hash(), extractor.hash())));
            if (extras.nearest() && snapshot == 0) {
                stages.add(alone(StageKind.NEAREST, nearest, sample, snapshot));
            }
        }
        if (extras.heldOut()) {
            stages.add(alone(StageKind.HELDOUT, heldOut, train, snapshot));
        }
    }

    private Stage extractor(Settings identity, String weights) {
        Part part = part(identity, knob -> Section.of(knob) == Section.DATA || EXTRACTOR_KNOBS.contains(knob.name()));
        Map<String, Object> tree = identity(StageKind.EXTRACTOR, part, data, 0);
        tree.put("data", EXTRACTOR_FORMAT + " " + data.fingerprint() + (weights.isEmpty() ? "" : " " + weights));
        return stage(StageKind.EXTRACTOR, tree, List.of());
    }

    private static Part training(Settings identity) {
        return part(identity, knob -> switch (Section.of(knob)) {
            case ARCHITECTURE, DATA, TRAIN -> true;
            case SAMPLE, MEASURE -> false;
        });
    }

    private static Stage train(Part training, long seed, DataSummary data) {
        Map<String, Object> tree = identity(StageKind.TRAIN, training, data, 0);
        tree.put("seed", seed);
        return stage(StageKind.TRAIN, tree, List.of());
    }

    private Stage sample(Stage train, long seed, long snapshot) {
        Map<String, Object> tree =
                identity(StageKind.SAMPLE, snapshot > 0 ? samplingOnTheWay : sampling, data, snapshot);
        tree.put("seed", seed);
        return stage(StageKind.SAMPLE, tree, List.of(train.hash()));
    }

    /** A stage of one knob. */
    private Stage alone(StageKind kind, Part own, Stage uses, long snapshot) {
        return stage(kind, identity(kind, own, data, snapshot), List.of(uses.hash()));
    }

    /** A trial's hash: its variant's name, identity knobs, seed and stages. */
    String trialHash(String variant, long seed, List<Stage> stages) {
        return CanonicalJson.hashOf(CanonicalJson.object(Map.of(
                "variant",
                CanonicalJson.text(variant),
                "settings",
                whole.text(),
                "seed",
                CanonicalJson.text(seed),
                "stages",
                CanonicalJson.text(stages.stream().map(Stage::hash).toList()))));
    }

    private static Part part(Settings identity, Predicate<Knob<?>> part) {
        return Part.of(raw(identity, part));
    }

    private static Map<String, Object> raw(Settings identity, Predicate<Knob<?>> part) {
        return identity.filter(part).raw();
    }

    private static Map<String, Object> identity(StageKind kind, Part own, DataSummary data, long snapshot) {
        Map<String, Object> identity = new TreeMap<>();
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
        Map<String, String> texts = new TreeMap<>();
        identity.replaceAll((key, value) -> {
            texts.put(key, value instanceof Part part ? part.text() : CanonicalJson.text(value));
            return value instanceof Part part ? part.normal() : value;
        });
        return new Stage(kind, CanonicalJson.hashOf(CanonicalJson.object(texts)), CanonicalJson.normal(identity), uses);
    }
}
