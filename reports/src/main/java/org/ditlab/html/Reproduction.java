package org.ditlab.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.ditlab.store.RunCommand;
import org.ditlab.summary.StudySummary;

/** The commands that make this study again. */
final class Reproduction {
    /** The data sets that {@code --data} gives. */
    private static final Set<String> OWN_DATA = Set.of("images", "latents");

    private Reproduction() {}

    /** Pairs of what a command does and the command. */
    static List<List<String>> of(StudySummary study) {
        String data = study.variants().stream()
                .map(variant -> String.valueOf(variant.settings().get("data.set")))
                .filter(OWN_DATA::contains)
                .findFirst()
                .map(set -> " --data PATH_OF_THE_" + set.toUpperCase(Locale.ROOT))
                .orElse("");
        String name = RunCommand.quoted(study.name());
        String file = RunCommand.quoted(study.name() + ".yaml");
        List<List<String>> commands = new ArrayList<>();
        commands.add(List.of(
                "Save the study file above as " + study.name()
                        + ".yaml (JSON is YAML), then see what it expands to; nothing runs:",
                "./ditlab plan " + file + data));
        commands.add(List.of(
                "Train, sample, measure and report; what was killed resumes, what is done is not run again:",
                "./ditlab run " + file + data));
        commands.add(List.of("Write this report again from studies-out:", "./ditlab report " + name));
        commands.add(List.of(
                "Check that the written report still is what the results say (exit code 1 when not):",
                "./ditlab report " + name + " --check"));
        return commands;
    }
}
