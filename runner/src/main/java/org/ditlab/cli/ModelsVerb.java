package org.ditlab.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.ditlab.command.Verb;
import org.ditlab.model.ModelCost;
import org.ditlab.model.ModelZoo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ditlab models}: the zoo, counted by tracing one forward pass at batch 1. */
@Command(
        name = "models",
        description = "List the models with their parameters and cost.",
        mixinStandardHelpOptions = true)
public final class ModelsVerb implements Verb {
    /** How the list is written. */
    enum Format {
        TEXT,
        CSV
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--format",
            paramLabel = "text|csv",
            description = "Default: ${DEFAULT-VALUE}.",
            defaultValue = "text")
    private Format format;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (format == Format.CSV) {
            out.println("name,params,params_folded,macs,macs_torchprofile");
        } else {
            out.println(
                    "one forward pass at batch 1, 32 x 32 x 4 latents, 1000 classes; 1 GMAC = 10^9 multiply-accumulates");
            out.printf("%-12s %12s %10s %22s%n", "name", "params (M)", "GMACs", "GMACs (torchprofile)");
        }
        for (String name : ModelZoo.names()) {
            ModelCost cost = ModelCost.of(ModelZoo.find(name).orElseThrow());
            if (format == Format.CSV) {
                // No model of the zoo has re-parameterised branches: folding leaves its parameters as they are.
                out.printf(
                        "%s,%d,%d,%d,%d%n",
                        name, cost.parameters(), cost.parameters(), cost.macs(), cost.macsTorchprofile());
            } else {
                out.printf(
                        Locale.ROOT,
                        "%-12s %12.2f %10.3f %22.3f%n",
                        name,
                        cost.parameters() / 1e6,
                        cost.macs() / 1e9,
                        cost.macsTorchprofile() / 1e9);
            }
        }
        return 0;
    }
}
