package org.ditlab.cli;

import java.io.PrintWriter;
import org.ditlab.command.Verb;
import org.ditlab.study.yaml.StudyYaml;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ditlab export STUDY}: any form of a study as YAML. */
@Command(name = "export", description = "Print a study as YAML.", mixinStandardHelpOptions = true)
public final class ExportVerb implements Verb {
    @Spec
    private CommandSpec spec;

    @Mixin
    private StudyOptions options;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.print(StudyYaml.write(options.find().spec()));
        out.flush();
        return 0;
    }
}
