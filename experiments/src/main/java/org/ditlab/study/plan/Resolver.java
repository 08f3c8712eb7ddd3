package org.ditlab.study.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.ModelZoo;
import org.ditlab.study.Knobs;
import org.ditlab.study.Section;
import org.ditlab.study.StudySpec;
import org.ditlab.study.Variant;
import org.ditlab.study.spi.DataSummary;

/**
 * Gives every knob of a variant its value: default, then the zoo's preset, the base's overrides, the recipe, the variant's
 * changes. {@code input} and {@code classes} come from the data where they are not set.
 */
final class Resolver {
    /** A variant with all its knobs, and its data. */
    record Resolved(Variant variant, Settings settings, DataSummary data) {}

    private final Settings defaults;
    private final Function<Settings, DataSummary> data;
    private final Map<Settings, DataSummary> looked = new HashMap<>();

    Resolver(Knobs knobs, Function<Settings, DataSummary> data) {
        List<Setting<?>> all = new ArrayList<>();
        knobs.all().forEach(knob -> all.add(byDefault(knob)));
        this.defaults = Settings.empty().with(all);
        this.data = data;
    }

    /** Adds what is wrong to {@code problems}. */
    Resolved resolve(StudySpec spec, Variant variant, List<String> problems) {
        Settings said = ModelZoo.find(spec.base().model())
                .orElseThrow()
                .with(spec.base().overrides())
                .with(spec.recipe())
                .with(variant.settings());
        Settings settings = defaults.with(said);
        DataSummary summary = looked.computeIfAbsent(settings.filter(knob -> Section.of(knob) == Section.DATA), data);
        List<Integer> images = List.of(summary.channels(), summary.height(), summary.width());
        if (said.isSet(ArchitectureKnobs.INPUT)
                && !said.get(ArchitectureKnobs.INPUT).equals(images)) {
            problems.add("input is " + said.get(ArchitectureKnobs.INPUT) + " but the images of " + summary.name()
                    + " are " + images + "; leave input out, or choose data of that size");
        }
        if (said.isSet(ArchitectureKnobs.CLASSES) && said.get(ArchitectureKnobs.CLASSES) != summary.classes()) {
            problems.add("classes is " + said.get(ArchitectureKnobs.CLASSES) + " but " + summary.name() + " has "
                    + summary.classes() + "; leave classes out, or choose other data");
        }
        return new Resolved(
                variant,
                settings.with(ArchitectureKnobs.INPUT.to(images), ArchitectureKnobs.CLASSES.to(summary.classes())),
                summary);
    }

    /** Every knob of a model of the zoo, with the input and classes of a variant's data. */
    Settings model(String name, Resolved variant) {
        return defaults.with(ModelZoo.find(name).orElseThrow())
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
