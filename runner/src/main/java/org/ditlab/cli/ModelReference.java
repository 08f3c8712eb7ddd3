package org.ditlab.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ditlab.command.StudyReference;
import org.ditlab.knob.DomainException;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureException;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.ModelZoo;
import org.ditlab.model.inspect.ModelStructure;
import org.ditlab.study.Section;
import org.ditlab.study.Spelling;
import org.ditlab.study.StudyException;
import org.ditlab.study.Text;
import org.ditlab.study.Variant;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.Planner;
import org.ditlab.study.plan.Trial;
import org.ditlab.tensor.Convention;
import org.ditlab.tensor.ShapeException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What NAME means on the command line: a model of the zoo or a variant of a study, with knobs of the architecture set anew,
 * and how it is counted.
 */
final class ModelReference {
    static final String NAME = "A model of `ditlab models`, or STUDY#VARIANT: a variant of a study, as it is planned.";

    private static final char VARIANT = '#';

    @Option(
            names = "--set",
            paramLabel = "KNOB=VALUE",
            description = "Sets a knob of the architecture, for instance depth=6 or input=4,64,64. May be repeated.")
    private List<String> overrides = new ArrayList<>();

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = "The data of a STUDY that brings none: a folder or zip.")
    private @Nullable Path data;

    @Option(
            names = "--training",
            description =
                    "Show the graph that trains, with the branches of a re-parametrised model, not the folded one.")
    private boolean training;

    @Option(
            names = "--convention",
            paramLabel = "macs|torchprofile|dit-paper",
            defaultValue = "macs",
            description =
                    "What the cost counts: multiply-accumulates, those and elementwise products (as the U-DiT paper),"
                            + " those and layer norms (as the DiT paper). Default: ${DEFAULT-VALUE}.")
    private String convention;

    /**
     * The model with the overrides laid over it, taken apart.
     *
     * @throws StudyException with all that is wrong with the name and the options, or when they make no model
     */
    ModelStructure structure(String name) {
        return structure(name, overrides);
    }

    /** The same without the overrides. */
    ModelStructure plain(String name) {
        return structure(name, List.of());
    }

    private ModelStructure structure(String name, List<String> overrides) {
        List<String> problems = new ArrayList<>();
        Settings settings = settings(name, overrides, problems);
        Convention counting = counting(problems);
        if (settings == null || counting == null || !problems.isEmpty()) {
            throw new StudyException(problems);
        }
        String shown = overrides.isEmpty() ? name : name + " " + String.join(" ", overrides);
        try {
            return training
                    ? ModelStructure.training(shown, settings, counting)
                    : ModelStructure.folded(shown, settings, counting);
        } catch (ArchitectureException | ShapeException e) {
            throw new StudyException(shown + ": " + e.getMessage());
        }
    }

    private @Nullable Convention counting(List<String> problems) {
        List<String> words = Arrays.stream(Convention.values())
                .map(one -> one.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
        int index = words.indexOf(convention);
        if (index < 0) {
            problems.add("--convention cannot be " + Text.quote(convention) + "; expected one of "
                    + String.join(", ", words) + remark(Spelling.remark(convention, words)));
            return null;
        }
        return Convention.values()[index];
    }

    private @Nullable Settings settings(String name, List<String> overrides, List<String> problems) {
        Settings base = base(name, problems);
        List<Setting<?>> changes = new ArrayList<>();
        for (String override : overrides) {
            read(override, changes, problems);
        }
        return base == null ? null : base.with(changes);
    }

    private @Nullable Settings base(String name, List<String> problems) {
        int mark = name.lastIndexOf(VARIANT);
        if (mark > 0) {
            return variant(name.substring(0, mark), name.substring(mark + 1), problems);
        }
        Optional<Settings> preset = ModelZoo.find(name);
        if (preset.isEmpty()) {
            problems.add("there is no model " + Text.quote(name) + "; `ditlab models` lists all"
                    + remark(Spelling.remark(name, ModelZoo.names())));
        }
        return preset.orElse(null);
    }

    /** The architecture of a planned variant, its channels and classes from the data. */
    private @Nullable Settings variant(String study, String variant, List<String> problems) {
        StudyReference found = StudyReference.find(study, Path.of("studies-out"));
        Plan plan = Planner.installed(data).places(found.file().places()).plan(found.spec());
        for (Trial trial : plan.trials()) {
            if (trial.variant().equals(variant)) {
                return trial.settings().filter(knob -> Section.of(knob) == Section.ARCHITECTURE);
            }
        }
        List<String> names = plan.variants().stream().map(Variant::name).toList();
        problems.add("the study " + study + " has no variant " + Text.quote(variant) + "; expected one of "
                + names.stream().map(Text::quote).collect(Collectors.joining(", "))
                + remark(Spelling.remark(variant, names)));
        return null;
    }

    private static void read(String override, List<Setting<?>> changes, List<String> problems) {
        int equals = override.indexOf('=');
        String word = equals < 0 ? override : override.substring(0, equals).strip();
        List<String> names = ArchitectureKnobs.all().stream().map(Knob::name).toList();
        Optional<Knob<?>> knob = ArchitectureKnobs.all().stream()
                .filter(candidate -> candidate.name().equals(word))
                .findFirst();
        if (knob.isEmpty()) {
            problems.add("--set: there is no knob " + Text.quote(word) + " of the architecture; expected one of "
                    + String.join(", ", names) + remark(Spelling.remark(word, names)));
            return;
        }
        String value = equals < 0 ? "" : override.substring(equals + 1).strip();
        try {
            changes.add(knob.get().parse(raw(value)));
        } catch (DomainException e) {
            problems.add("--set: " + word + " cannot be " + Text.quote(value) + "; " + e.getMessage()
                    + remark(Spelling.remark(value, knob.get().domain().words())));
        }
    }

    /** {@code 4,64,64} and {@code [4, 64, 64]} are lists. */
    private static Object raw(String value) {
        boolean bracketed = value.startsWith("[") && value.endsWith("]");
        if (!bracketed && !value.contains(",")) {
            return value;
        }
        List<Object> items = new ArrayList<>();
        for (String item : (bracketed ? value.substring(1, value.length() - 1) : value).split(",", -1)) {
            items.add(item.strip());
        }
        return items;
    }

    private static String remark(String near) {
        return near.isEmpty() ? "" : "; " + near;
    }
}
