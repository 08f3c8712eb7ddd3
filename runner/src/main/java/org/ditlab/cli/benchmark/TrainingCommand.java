package org.ditlab.cli.benchmark;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ditlab.run.benchmark.StepContest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ditlab benchmark training}. */
@Command(
        name = "training",
        description = "Training steps beside plain PyTorch (where Python finds it) and beside their measured floor.",
        mixinStandardHelpOptions = true)
final class TrainingCommand implements Callable<Integer> {
    private static final int ROUNDS = 5;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PeerOptions options;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return options.run(
                spec,
                StepContest.Task.TRAINING,
                1,
                1,
                ROUNDS,
                (table, found) -> table.training(found, "batch " + options.batch()));
    }
}
