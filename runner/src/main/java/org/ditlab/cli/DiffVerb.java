package org.ditlab.cli;

import java.io.PrintWriter;
import org.ditlab.command.Verb;
import org.ditlab.model.inspect.DiffText;
import org.ditlab.model.inspect.StructuralDiff;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ditlab diff A B}: how two models differ. */
@Command(
        name = "diff",
        description = "Show how one model differs from another: knobs, blocks, and what each difference costs.",
        mixinStandardHelpOptions = true)
public final class DiffVerb implements Verb {
    /** How the difference is written. */
    enum Format {
        TEXT,
        JSON
    }

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "A", description = ModelReference.NAME)
    private String from;

    @Parameters(index = "1", paramLabel = "B", description = "What it becomes; --set is laid over it.")
    private String to;

    @Mixin
    private StructureOptions options;

    @Option(
            names = "--format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Override
    public Integer call() {
        DiffText text = new DiffText(StructuralDiff.of(options.plain(from), options.structure(to)));
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                switch (format) {
                    case TEXT -> text.text();
                    case JSON -> text.json();
                });
        out.flush();
        return 0;
    }
}
