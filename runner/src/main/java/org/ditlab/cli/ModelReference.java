package org.ditlab.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ditlab.knob.DomainException;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureException;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.ModelZoo;
import org.ditlab.model.inspect.ModelStructure;
import org.ditlab.study.Spelling;
import org.ditlab.study.StudyException;
import org.ditlab.study.Text;
import org.ditlab.tensor.Convention;
import org.ditlab.tensor.ShapeException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What NAME means on the command line: a model of the zoo, with knobs of the architecture set anew, and how it is counted. */
final class ModelReference {
    @Option(
            names = "--set",
            paramLabel = "KNOB=VALUE",
            description = "Sets a knob of the architecture, for instance depth=6 or input=4,64,64. May be repeated.")
    private List<String> overrides = new ArrayList<>();

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
     * A model of the zoo with the overrides laid over it, taken apart.
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

    private static @Nullable Settings settings(String name, List<String> overrides, List<String> problems) {
        Optional<Settings> preset = ModelZoo.find(name);
        if (preset.isEmpty()) {
            problems.add("there is no model " + Text.quote(name) + "; `ditlab models` lists all"
                    + remark(Spelling.remark(name, ModelZoo.names())));
        }
        List<Setting<?>> changes = new ArrayList<>();
        for (String override : overrides) {
            read(override, changes, problems);
        }
        return preset.map(settings -> settings.with(changes)).orElse(null);
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
