package org.ditlab.cli.benchmark;

import org.ditlab.command.Verb;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ditlab benchmark WHAT}: a table of measured speeds; ratios of one table can be compared, seconds hardly. */
@Command(
        name = "benchmark",
        description =
                "Measure this machine: training or sampling beside plain PyTorch, steps beside the matrix product,"
                        + " metrics beside numpy and scipy, reading of data, planning, the store, or what a trial costs beside"
                        + " its stages.",
        synopsisSubcommandLabel = "WHAT",
        commandListHeading = "%nWHAT (each answers --help):%n",
        subcommands = {
            StepCommand.class,
            TrainingCommand.class,
            SamplingCommand.class,
            EvaluatorCommand.class,
            DataCommand.class,
            PlanCommand.class,
            StoreCommand.class,
            OverheadCommand.class
        },
        mixinStandardHelpOptions = true)
public final class BenchmarkVerb implements Verb {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "what is to be measured is missing: "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}
