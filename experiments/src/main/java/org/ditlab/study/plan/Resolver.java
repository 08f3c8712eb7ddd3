package org.ditlab.study.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Requirement;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureException;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.ModelZoo;
import org.ditlab.study.Knobs;
import org.ditlab.study.Section;
import org.ditlab.study.StudySpec;
import org.ditlab.study.Text;
import org.ditlab.study.Variant;
import org.ditlab.study.spi.DataSummary;

/**
 * Gives every knob of a variant its value: default, then the zoo's preset, the base's overrides, the recipe, the variant's
 * changes. {@code input} and {@code classes} come from the data where they are not set. A knob of the recipe that
 * requires another's value has none beside other values, and a knob of the architecture none where it has no effect, so
 * that they are no part of hashes; nor has one that asks for nothing ({@link Extras}). Parts of a batch as large as the batch
 * and channels of no guidance are said in vain and have their default. Latents are not mirrored: the mirror image of a code is
 * not the code of the mirror image.
 */
final class Resolver {
    /** A variant with all its knobs, and its data. */
    record Resolved(Variant variant, Settings settings, DataSummary data) {}

    private static final String FLIP = "train.flip";
    private static final String BATCH = "train.batch";
    private static final String MICRO_BATCH = "train.micro-batch";
    private static final String GUIDANCE = "sample.guidance";
    private static final String GUIDANCE_CHANNELS = "sample.guidance-channels";

    private final Knobs knobs;
    private final Settings defaults;
    private final Function<Settings, DataSummary> data;
    private final Map<Settings, DataSummary> looked = new HashMap<>();

    Resolver(Knobs knobs, Function<Settings, DataSummary> data) {
        List<Setting<?>> all = new ArrayList<>();
        knobs.all().forEach(knob -> all.add(byDefault(knob)));
        this.defaults = Settings.empty().with(all);
        this.data = data;
        this.knobs = knobs;
    }

    /** Adds what is wrong to {@code problems}. */
    Resolved resolve(StudySpec spec, Variant variant, List<String> problems) {
        Settings said = ModelZoo.find(spec.base().model())
                .orElseThrow()
                .with(spec.base().overrides())
                .with(spec.recipe())
                .with(variant.settings());
        Settings settings = fitting(defaults.with(said), said, problems);
        DataSummary summary = looked.computeIfAbsent(settings.filter(knob -> Section.of(knob) == Section.DATA), data);
        List<Integer> images = List.of(summary.channels(), summary.height(), summary.width());
        if (said.isSet(ArchitectureKnobs.INPUT)
                && !said.get(ArchitectureKnobs.INPUT).equals(images)) {
            problems.add(
                    spec.base().overrides().isSet(ArchitectureKnobs.INPUT)
                                    || variant.settings().isSet(ArchitectureKnobs.INPUT)
                            ? "input is " + said.get(ArchitectureKnobs.INPUT) + " but the images of " + summary.name()
                                    + " are " + images + "; leave input out, or choose data of that size"
                            : "model " + Text.quote(spec.base().model()) + " is for an input of "
                                    + said.get(ArchitectureKnobs.INPUT) + " but the images of " + summary.name()
                                    + " are "
                                    + images + "; choose the model without @, or data of that size (data.size)");
        }
        Settings resolved = settings.with(
                ArchitectureKnobs.INPUT.to(images), ArchitectureKnobs.CLASSES.to(classes(said, summary, problems)));
        Settings whole = silenced(summary.latent() ? unmirrored(resolved, said, problems) : resolved);
        problems.addAll(Extras.problems(Extras.asked(whole, summary)));
        return new Resolved(variant, Extras.asked(ArchitectureKnobs.effective(whole), summary), summary);
    }

    /** The number of classes: the data's; of latents, whose labels need not show every class, at least theirs. */
    private static int classes(Settings said, DataSummary data, List<String> problems) {
        int classes = said.isSet(ArchitectureKnobs.CLASSES) ? said.get(ArchitectureKnobs.CLASSES) : data.classes();
        boolean fits = data.latent() ? classes >= data.classes() || !data.given() : classes == data.classes();
        if (!fits) {
            problems.add("classes is " + classes + " but " + data.name() + " has " + data.classes()
                    + "; leave classes out, or choose other data");
        }
        return classes;
    }

    /** All settings but those of the recipe that have no meaning beside others of it. */
    private static Settings fitting(Settings all, Settings said, List<String> problems) {
        return all.filter(knob -> {
            boolean bound = !knob.requirements().isEmpty() && Section.of(knob) != Section.ARCHITECTURE;
            List<Requirement> unmet = bound ? knob.unmet(all) : List.of();
            if (!unmet.isEmpty() && said.isSet(knob) && !said.get(knob).equals(knob.defaultValue())) {
                problems.add(knob.name() + " = " + Text.value(said.raw().get(knob.name())) + " requires "
                        + unmet.get(0).text() + "; else leave it out");
            }
            return unmet.isEmpty();
        });
    }

    /** A knob of the recipe whose value says what its default says beside the others has its default. */
    private Settings silenced(Settings settings) {
        Map<String, Object> raw = settings.raw();
        List<Setting<?>> silent = new ArrayList<>();
        if (raw.containsKey(MICRO_BATCH) && raw.get(MICRO_BATCH).equals(raw.get(BATCH))) {
            knobs.find(MICRO_BATCH).ifPresent(knob -> silent.add(byDefault(knob)));
        }
        if (raw.containsKey(GUIDANCE_CHANNELS) && Double.valueOf(1).equals(raw.get(GUIDANCE))) {
            knobs.find(GUIDANCE_CHANNELS).ifPresent(knob -> silent.add(byDefault(knob)));
        }
        return settings.with(silent);
    }

    private Settings unmirrored(Settings settings, Settings said, List<String> problems) {
        Optional<Knob<?>> flip = knobs.find(FLIP);
        if (flip.isEmpty()) {
            return settings;
        }
        if (said.isSet(flip.get()) && Boolean.TRUE.equals(said.get(flip.get()))) {
            problems.add(
                    FLIP + " is true, but the mirror image of a latent is not the latent of the mirror image; leave it"
                            + " out, and encode mirrored images beside the others where they are wanted");
        }
        return settings.with(flip.get().parse(false));
    }

    /**
     * Every knob of a model of the zoo, with the input and classes of a variant's data.
     *
     * @throws ArchitectureException when the name stands for another input
     */
    Settings model(String name, Resolved variant) {
        Settings preset = ModelZoo.find(name).orElseThrow();
        List<Integer> input = variant.settings().get(ArchitectureKnobs.INPUT);
        if (preset.isSet(ArchitectureKnobs.INPUT)
                && !preset.get(ArchitectureKnobs.INPUT).equals(input)) {
            throw new ArchitectureException("it is for an input of " + preset.get(ArchitectureKnobs.INPUT)
                    + " but the study's is " + input + "; name the model without @, or give the GMACs as a number");
        }
        return defaults.with(preset)
                .with(
                        ArchitectureKnobs.INPUT.to(variant.settings().get(ArchitectureKnobs.INPUT)),
                        ArchitectureKnobs.CLASSES.to(variant.settings().get(ArchitectureKnobs.CLASSES)));
    }

    /** Only the knobs that make the model. */
    static Settings architecture(Settings settings) {
        return settings.filter(knob -> Section.of(knob) == Section.ARCHITECTURE);
    }

    private static <V> Setting<V> byDefault(Knob<V> knob) {
        return knob.to(knob.defaultValue());
    }
}
