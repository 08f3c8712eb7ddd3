package org.ditlab.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureException;
import org.ditlab.model.inspect.ModelStructure;
import org.ditlab.study.Spelling;
import org.ditlab.study.StudyException;
import org.ditlab.study.Text;
import org.ditlab.tensor.Convention;
import org.ditlab.tensor.ShapeException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the verbs that take a model apart share: which model, which of its graphs, and how it is counted. */
final class StructureOptions {
    @Mixin
    private ModelReference reference;

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
        List<String> problems = new ArrayList<>();
        return structure(reference.shown(name), reference.settings(name, problems), problems);
    }

    /** The same without the overrides. */
    ModelStructure plain(String name) {
        List<String> problems = new ArrayList<>();
        return structure(name, reference.plain(name, problems), problems);
    }

    private ModelStructure structure(String shown, @Nullable Settings settings, List<String> problems) {
        Convention counting = counting(problems);
        if (settings == null || counting == null || !problems.isEmpty()) {
            throw new StudyException(problems);
        }
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
                    + String.join(", ", words) + ModelReference.remark(Spelling.remark(convention, words)));
            return null;
        }
        return Convention.values()[index];
    }
}
