package org.ditlab.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ditlab.command.StudyReference;
import org.ditlab.knob.DomainException;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureException;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.study.Section;
import org.ditlab.study.Spelling;
import org.ditlab.study.StudyException;
import org.ditlab.study.Text;
import org.ditlab.study.Variant;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.Planner;
import org.ditlab.study.plan.Trial;
import org.ditlab.study.spi.UserFiles;
import org.ditlab.tensor.ShapeException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What NAME means on the command line: a model of the zoo or a variant of a study, with knobs of the architecture set anew. */
final class ModelReference {
    static final String NAME = "A model of `ditlab models`, or STUDY#VARIANT: a variant of a study, as it is planned.";

    private static final char VARIANT = '#';

    private static final Path STUDIES = Path.of("studies-out");

    @Option(
            names = "--set",
            paramLabel = "KNOB=VALUE",
            description = "Sets a knob of the architecture, for instance depth=6 or input=4,64,64. May be repeated.")
    private List<String> overrides = new ArrayList<>();

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description =
                    "The data of a study that STUDY#VARIANT names and that brings none: a folder or zip of images,"
                            + " or latents.")
    private @Nullable Path data;

    /** Whether an option was given, which says nothing without a NAME. */
    boolean given() {
        return data != null || !overrides.isEmpty();
    }

    /** Whether knobs are set anew. */
    boolean overridden() {
        return !overrides.isEmpty();
    }

    /** The name and what is laid over it, for messages. */
    String shown(String name) {
        return overrides.isEmpty() ? name : name + " " + String.join(" ", overrides);
    }

    /**
     * Declares the model, with the overrides laid over it, as it trains; no memory for weights is taken.
     *
     * @throws StudyException with all that is wrong with the name and the options, or when they make no model
     */
    Denoiser build(String name) {
        List<String> problems = new ArrayList<>();
        Settings settings = settings(name, problems);
        if (settings == null || !problems.isEmpty()) {
            throw new StudyException(problems);
        }
        try {
            return ModelZoo.build(settings);
        } catch (ArchitectureException | ShapeException e) {
            throw new StudyException(shown(name) + ": " + e.getMessage());
        }
    }

    /** The settings of a name with the overrides laid over them; null, and problems added, when there are none. */
    @Nullable
    Settings settings(String name, List<String> problems) {
        Settings base = plain(name, problems);
        List<Setting<?>> changes = new ArrayList<>();
        for (String override : overrides) {
            read(override, changes, problems);
        }
        return base == null ? null : base.with(changes);
    }

    /** The same without the overrides. */
    @Nullable
    Settings plain(String name, List<String> problems) {
        int mark = mark(name);
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

    /** Where the variant's name begins, which may hold the mark too, as may a path: after the first that is a study's. */
    private static int mark(String name) {
        int first = name.indexOf(VARIANT);
        for (int mark = first; mark > 0; mark = name.indexOf(VARIANT, mark + 1)) {
            if (StudyReference.exists(name.substring(0, mark), STUDIES)) {
                return mark;
            }
        }
        return first;
    }

    /** The architecture of a planned variant, its channels and classes from the data. */
    private @Nullable Settings variant(String study, String variant, List<String> problems) {
        Plan plan;
        try {
            StudyReference found = StudyReference.find(study, STUDIES);
            plan = Planner.installed(UserFiles.data(data))
                    .places(
                            found.file().places(),
                            found.file().parts(),
                            found.file().excerpts())
                    .plan(found.spec());
        } catch (StudyException e) {
            problems.addAll(e.problems());
            return null;
        }
        String planned = plan.variant(variant);
        for (Trial trial : plan.trials()) {
            if (trial.variant().equals(planned)) {
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

    /** A remark on a word as the end of a message; nothing for nothing. */
    static String remark(String near) {
        return near.isEmpty() ? "" : "; " + near;
    }
}
