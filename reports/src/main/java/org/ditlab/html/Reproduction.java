package org.ditlab.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.ditlab.store.RunCommand;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.TableOptions;

/** The commands that make these studies and their report again. */
final class Reproduction {
    /** The data sets that {@code --data} gives. */
    private static final Set<String> OWN_DATA = Set.of("images", "latents");

    private Reproduction() {}

    /** Pairs of what a command does and the command; of several studies first those of each, then those of the report. */
    static List<List<String>> of(StudySummary study, TableOptions options) {
        List<List<String>> commands = new ArrayList<>();
        for (StudySummary one : study.studies()) {
            String data = one.variants().stream()
                    .map(variant -> String.valueOf(variant.settings().get("data.set")))
                    .filter(OWN_DATA::contains)
                    .findFirst()
                    .map(set -> " --data PATH_OF_THE_" + set.toUpperCase(Locale.ROOT))
                    .orElse("");
            String file = RunCommand.quoted(one.name() + ".yaml");
            commands.add(List.of(
                    "Save the study file " + (study.parts().isEmpty() ? "above" : one.name() + " above") + " as "
                            + one.name() + ".yaml (JSON is YAML), then see what it expands to; nothing runs:",
                    "./ditlab plan " + file + data));
            commands.add(List.of(
                    "Train, sample, measure and report; what was killed resumes, what is done is not run again:",
                    "./ditlab run " + file + data));
        }
        String names = study.studies().stream()
                .map(one -> RunCommand.quoted(one.name()))
                .collect(Collectors.joining(" "));
        String asked = options.arguments().stream().map(word -> " " + word).collect(Collectors.joining());
        commands.add(List.of("Write this report again from studies-out:", "./ditlab report " + names + asked));
        commands.add(List.of(
                "Check that the written report still is what the results say (exit code 1 when not):",
                "./ditlab report " + names + asked + " --check"));
        return commands;
    }
}
