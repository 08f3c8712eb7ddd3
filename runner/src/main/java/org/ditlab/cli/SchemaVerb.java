package org.ditlab.cli;

import java.io.PrintWriter;
import org.ditlab.command.Verb;
import org.ditlab.study.Knobs;
import org.ditlab.study.yaml.StudySchema;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ditlab schema}: JSON Schema of study files, for editors. */
@Command(
        name = "schema",
        description = "Print the JSON Schema of study files, for completion and checks in an editor.",
        mixinStandardHelpOptions = true)
public final class SchemaVerb implements Verb {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.print(StudySchema.text(Knobs.installed()));
        out.flush();
        return 0;
    }
}
