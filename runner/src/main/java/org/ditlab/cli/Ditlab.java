package org.ditlab.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code ditlab} without a verb: tells which there are. */
@Command(
        name = "ditlab",
        description = "Ablation studies for diffusion transformers.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        scope = ScopeType.LOCAL,
        synopsisSubcommandLabel = "VERB",
        commandListHeading = "%nVerbs (each answers --help):%n")
final class Ditlab implements Runnable {
    static final String VERBOSE = "--verbose";

    @Spec
    private CommandSpec spec;

    @Option(
            names = VERBOSE,
            scope = ScopeType.INHERIT,
            description = "On an unexpected error, print where in the program it happened.")
    private boolean verbose;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "a verb is missing");
    }
}
