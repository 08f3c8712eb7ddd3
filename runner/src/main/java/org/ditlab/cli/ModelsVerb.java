package org.ditlab.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ditlab.command.Verb;
import org.ditlab.model.ModelCost;
import org.ditlab.model.ModelZoo;
import org.ditlab.model.inspect.Columns;
import org.ditlab.model.inspect.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ditlab models}: the zoo, counted by tracing one forward pass at batch 1. */
@Command(
        name = "models",
        description = "List the models with their parameters and cost.",
        mixinStandardHelpOptions = true)
public final class ModelsVerb implements Verb {
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;

    @Spec
    private CommandSpec spec;

    @Mixin
    private FormatOption output;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Columns columns =
                new Columns("name", "params (M)", "folded (M)", "GMACs", "G torchprofile", "train-graph GMACs");
        List<Map<String, Object>> models = new ArrayList<>();
        if (output.format == FormatOption.Format.CSV) {
            out.println("name,params,params_folded,macs,macs_torchprofile");
        } else if (output.format == FormatOption.Format.TEXT) {
            out.println(
                    "One forward pass of the folded model at batch 1, 4-channel latents of 32 x 32 (@512: 64 x 64), 1000"
                            + " classes.");
            out.println("1 GMAC = 10^9 multiply-accumulates; torchprofile, which the U-DiT paper prints, adds one per"
                    + " element of certain products.");
        }
        for (String name : ModelZoo.names()) {
            ModelCost cost = ModelCost.of(ModelZoo.find(name).orElseThrow());
            if (output.format == FormatOption.Format.CSV) {
                out.printf(
                        "%s,%d,%d,%d,%d%n",
                        name, cost.parameters(), cost.parametersFolded(), cost.macs(), cost.macsTorchprofile());
            } else if (output.format == FormatOption.Format.JSON) {
                Map<String, Object> model = new LinkedHashMap<>();
                model.put("name", name);
                model.put("params", cost.parameters());
                model.put("params_folded", cost.parametersFolded());
                model.put("macs", cost.macs());
                model.put("macs_torchprofile", cost.macsTorchprofile());
                model.put("macs_train_graph", cost.macsTraining());
                models.add(model);
            } else {
                columns.row(
                        name,
                        decimal(cost.parameters() / MEGA, 2),
                        decimal(cost.parametersFolded() / MEGA, 2),
                        decimal(cost.macs() / GIGA, 4),
                        decimal(cost.macsTorchprofile() / GIGA, 4),
                        decimal(cost.macsTraining() / GIGA, 4));
            }
        }
        if (output.format == FormatOption.Format.TEXT) {
            out.print(columns.text(0));
        } else if (output.format == FormatOption.Format.JSON) {
            out.print(Json.text(Map.of("models", models)));
        }
        out.flush();
        return 0;
    }

    private static String decimal(double number, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", number);
    }
}
