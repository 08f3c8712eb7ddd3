package org.ditlab.cli;

import java.io.PrintWriter;
import java.util.Optional;
import org.ditlab.command.Verb;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Requirement;
import org.ditlab.study.Knobs;
import org.ditlab.study.Spelling;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ditlab explain KNOB}: what a knob does; without a knob, which there are. */
@Command(name = "explain", description = "Tell what a knob does, or list all knobs.", mixinStandardHelpOptions = true)
public final class ExplainVerb implements Verb {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "KNOB", description = "A knob's name, for instance train.steps.")
    private @Nullable String name;

    @Override
    public Integer call() {
        Knobs knobs = Knobs.installed();
        PrintWriter out = spec.commandLine().getOut();
        if (name == null) {
            for (Knob<?> knob : knobs.all()) {
                out.printf("%-30s %s%n", knob.name(), knob.description());
            }
            return 0;
        }
        Optional<Knob<?>> knob = knobs.find(name);
        if (knob.isEmpty()) {
            String near = Spelling.remark(name, knobs.names());
            throw new StudyException("there is no knob \"" + name + "\"; `ditlab explain` lists all"
                    + (near.isEmpty() ? "" : "; " + near));
        }
        print(knob.get(), out);
        return 0;
    }

    private static <V> void print(Knob<V> knob, PrintWriter out) {
        out.println(knob.name());
        out.println("  " + knob.description());
        out.println("  values:  " + knob.domain().describe());
        out.println("  default: " + knob.domain().render(knob.defaultValue()));
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
