package org.ditlab.cli.benchmark;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ditlab.run.benchmark.StepContest;
import org.ditlab.study.StudyException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ditlab benchmark sampling}. */
@Command(
        name = "sampling",
        description = "Sampling steps beside plain PyTorch, where Python finds it.",
        mixinStandardHelpOptions = true)
final class SamplingCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private PeerOptions options;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "50",
            description = "Steps of an image (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--guidance",
            paramLabel = "SCALE",
            defaultValue = "1.5",
            description = "Scale (default: ${DEFAULT-VALUE}).")
    private double guidance;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Machine.atLeastOne("--steps", steps);
        if (!(guidance >= 0 && guidance <= 100)) {
            throw new StudyException("--guidance " + guidance + ": expected a number between 0 and 100");
        }
        return options.run(
                spec,
                StepContest.Task.SAMPLING,
                steps,
                guidance,
                PeerOptions.FEW_ROUNDS,
                (table, found) -> table.sampling(
                        found,
                        "%d steps, guidance %s, %d images at a time".formatted(steps, guidance, found.images()),
                        steps));
    }
}
