package org.ditlab.cli;

import java.io.PrintWriter;
import org.ditlab.command.Verb;
import org.ditlab.model.ModelCost;
import org.ditlab.model.inspect.LayerTable;
import org.ditlab.model.inspect.LayerText;
import org.ditlab.model.inspect.ModelStructure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ditlab model NAME}: one model, layer by layer. */
@Command(
        name = "model",
        description = "Show a model layer by layer: shapes, parameters, cost, activations.",
        mixinStandardHelpOptions = true)
public final class ModelVerb implements Verb {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = ModelReference.NAME)
    private String name;

    @Mixin
    private StructureOptions options;

    @Option(
            names = "--depth",
            paramLabel = "N",
            description = "How many levels are shown, 1 for blocks only. Default: all.")
    private int depth = Integer.MAX_VALUE;

    @Option(names = "--all", description = "Give blocks that are built alike a row each.")
    private boolean all;

    @Mixin
    private FormatOption output;

    @Override
    public Integer call() {
        if (depth < 1) {
            throw new ParameterException(spec.commandLine(), "--depth is " + depth + "; expected 1 or more");
        }
        ModelStructure structure = options.structure(name);
        LayerText text = new LayerText(new LayerTable(structure, depth, all), ModelCost.of(structure.settings()));
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                switch (output.format) {
                    case TEXT -> text.text();
                    case CSV -> text.csv();
                    case JSON -> text.json();
                });
        out.flush();
        return 0;
    }
}
