package org.ditlab.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ditlab.command.Verb;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Requirement;
import org.ditlab.study.Knobs;
import org.ditlab.study.Section;
import org.ditlab.study.Spelling;
import org.ditlab.study.StudyException;
import org.ditlab.study.Text;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ditlab explain KNOB}: what a knob does; of a group, or without a name, which there are. */
@Command(
        name = "explain",
        description = "Tell what a knob does, or list those of a group, or all.",
        mixinStandardHelpOptions = true)
public final class ExplainVerb implements Verb {
    /** Shorter parts of names are in too many. */
    private static final int SHORTEST = 3;

    private static final int NAMED = 8;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "KNOB",
            description = "A knob's name, for instance train.steps, or a group's: base, data, train, sample, measure,"
                    + " attention.")
    private @Nullable String name;

    @Override
    public Integer call() {
        Knobs knobs = Knobs.installed();
        PrintWriter out = spec.commandLine().getOut();
        if (name == null) {
            knobs.all().forEach(knob -> line(knob, out));
            return 0;
        }
        Optional<Knob<?>> knob = knobs.find(name);
        List<Knob<?>> group = group(knobs);
        if (knob.isEmpty() && !group.isEmpty()) {
            group.forEach(one -> line(one, out));
            return 0;
        }
        if (knob.isEmpty()) {
            String near = Spelling.remark(name, knobs.names());
            throw new StudyException("there is no knob \"" + name + "\"; `ditlab explain` lists all"
                    + ModelReference.remark(near.isEmpty() ? holding(knobs) : near));
        }
        print(knob.get(), out);
        return 0;
    }

    /** The knobs of the section, or of the part of the architecture, that is named. */
    private List<Knob<?>> group(Knobs knobs) {
        return knobs.all().stream()
                .filter(knob -> knob.name().startsWith(name + ".")
                        || Section.ARCHITECTURE.word().equals(name) && Section.of(knob) == Section.ARCHITECTURE)
                .toList();
    }

    /** The names that what was written is a part of; empty where there is none, or it is too short to tell. */
    private String holding(Knobs knobs) {
        List<String> names = knobs.names().stream()
                .filter(known -> name.length() >= SHORTEST && known.contains(name.toLowerCase(Locale.ROOT)))
                .toList();
        String more = names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "";
        return names.isEmpty()
                ? ""
                : "in the names of: " + names.stream().limit(NAMED).collect(Collectors.joining(", ")) + more;
    }

    private static void line(Knob<?> knob, PrintWriter out) {
        out.printf("%-30s %s%n", knob.name(), knob.description());
    }

    private static <V> void print(Knob<V> knob, PrintWriter out) {
        out.println(knob.name());
        out.println("  " + knob.description());
        out.println("  values:  " + knob.domain().describe());
        out.println("  default: " + Text.value(knob.domain().render(knob.defaultValue())));
        for (Requirement requirement : knob.requirements()) {
            out.println("  requires " + requirement.text() + ", unless it is at its default");
        }
        if (!knob.source().isEmpty()) {
            out.println("  source:  " + knob.source());
        }
        out.println(
                knob.identity()
                        ? "  part of the hash: results depend on it"
                        : "  not part of the hash: results do not depend on it");
    }
}
