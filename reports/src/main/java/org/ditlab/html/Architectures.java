package org.ditlab.html;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.knob.DomainException;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureException;
import org.ditlab.model.inspect.DiffText;
import org.ditlab.model.inspect.ModelStructure;
import org.ditlab.model.inspect.StructuralDiff;
import org.ditlab.model.inspect.SvgDrawing;
import org.ditlab.study.Knobs;
import org.ditlab.study.Section;
import org.ditlab.summary.VariantSummary;
import org.ditlab.tensor.Convention;
import org.ditlab.tensor.ShapeException;

/** The models of variants taken apart, each distinct one once: building them takes time. */
public final class Architectures {
    private final Knobs knobs = Knobs.installed();
    private final Map<Settings, Optional<ModelStructure>> structures = new HashMap<>();

    /** The folded model of a variant, named after it; empty where its settings do not describe one that can be built here. */
    public Optional<ModelStructure> of(VariantSummary variant) {
        return settings(variant)
                .flatMap(settings -> structures.computeIfAbsent(settings, one -> build(variant.name(), one)))
                .map(structure -> named(variant.name(), structure));
    }

    /** What {@code ditlab diff} tells of two variants; empty where one cannot be built, or both are built alike. */
    public Optional<String> difference(VariantSummary from, VariantSummary to) {
        Optional<ModelStructure> one = of(from);
        Optional<ModelStructure> other = of(to);
        if (one.isEmpty() || other.isEmpty()) {
            return Optional.empty();
        }
        StructuralDiff diff = StructuralDiff.of(one.get(), other.get());
        return diff.knobs().isEmpty() && diff.isEmpty()
                ? Optional.empty()
                : Optional.of(new DiffText(diff).text().stripTrailing());
    }

    /** What {@code ditlab draw} gives of a model, equal blocks in a row together, to stand in a page beside others. */
    public static String drawing(ModelStructure model, String id) {
        return new SvgDrawing(model, model.graph().collapsed(), id).text();
    }

    /** The settings that describe the variant's model; empty where none are recorded, or of knobs that are not known here. */
    Optional<Settings> settings(VariantSummary variant) {
        List<Setting<?>> settings = new ArrayList<>();
        try {
            for (Map.Entry<String, Object> entry : variant.settings().entrySet()) {
                Optional<Knob<?>> knob = knobs.find(entry.getKey());
                if (knob.isPresent() && Section.of(knob.get()) == Section.ARCHITECTURE) {
                    settings.add(knob.get().parse(entry.getValue()));
                } else if (knob.isEmpty() && !entry.getKey().contains(".")) {
                    return Optional.empty();
                }
            }
        } catch (DomainException ofAnotherVersion) {
            return Optional.empty();
        }
        return settings.isEmpty()
                ? Optional.empty()
                : Optional.of(Settings.empty().with(settings));
    }

    private static Optional<ModelStructure> build(String name, Settings settings) {
        try {
            return Optional.of(ModelStructure.folded(name, settings, Convention.MACS));
        } catch (ArchitectureException | ShapeException ofAnotherVersion) {
            return Optional.empty();
        }
    }

    private static ModelStructure named(String name, ModelStructure model) {
        return new ModelStructure(
                name,
                model.settings(),
                model.training(),
                model.convention(),
                model.root(),
                model.blocks(),
                model.graph());
    }
}
