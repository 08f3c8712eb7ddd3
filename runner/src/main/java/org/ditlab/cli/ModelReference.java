package org.ditlab.cli;

import java.util.ArrayList;
import java.util.List;
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
import picocli.CommandLine.Option;

/** What NAME means on the command line: a model of the zoo, with knobs of the architecture set anew. */
final class ModelReference {
    @Option(
            names = "--set",
            paramLabel = "KNOB=VALUE",
            description = "Sets a knob of the architecture, for instance depth=6 or input=4,64,64. May be repeated.")
    List<String> overrides = new ArrayList<>();

    /**
     * The model taken apart.
     *
     * @throws StudyException with all that is wrong with the name and the overrides, or when they make no model
     */
    ModelStructure structure(String name, Convention convention) {
        Settings settings = settings(name);
        String shown = overrides.isEmpty() ? name : name + " " + String.join(" ", overrides);
        try {
            return ModelStructure.of(shown, settings, convention);
        } catch (ArchitectureException | ShapeException e) {
            throw new StudyException(shown + ": " + e.getMessage());
        }
    }

    /** The model as the zoo has it, taken apart. */
    static ModelStructure plain(String name, Convention convention) {
        return new ModelReference().structure(name, convention);
    }

    private Settings settings(String name) {
        List<String> problems = new ArrayList<>();
        Optional<Settings> preset = ModelZoo.find(name);
        if (preset.isEmpty()) {
            problems.add("there is no model " + Text.quote(name) + "; `ditlab models` lists all"
                    + remark(Spelling.remark(name, ModelZoo.names())));
        }
        List<Setting<?>> changes = new ArrayList<>();
        for (String override : overrides) {
            read(override, changes, problems);
        }
        if (!problems.isEmpty()) {
            throw new StudyException(problems);
        }
        return preset.orElseThrow().with(changes);
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
