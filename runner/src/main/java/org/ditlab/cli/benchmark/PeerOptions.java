package org.ditlab.cli.benchmark;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.BiConsumer;
import org.ditlab.run.Backends;
import org.ditlab.run.benchmark.Contest;
import org.ditlab.run.benchmark.StepContest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Our steps beside those of plain PyTorch, in turn. */
final class PeerOptions {
    private static final List<String> QUICK = List.of("DiT-S/4");
    private static final List<String> MODELS = List.of("DiT-S/2", "DiT-S/4", "U-DiT-T", "U-DiT-S");
    static final int FEW_ROUNDS = 3;

    @Mixin
    private Machine machine;

    @Mixin
    private ModelList models;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Steps measured on either side (default: 5; of sampling or --quick: 3).")
    private @Nullable Integer rounds;

    @Option(names = "--quick", description = "DiT-S/4 only, three rounds.")
    private boolean quick;

    int batch() {
        return models.batch();
    }

    /** Runs the contest of every model and gives each result to the printer as soon as it is there. */
    int run(
            CommandSpec spec,
            StepContest.Task task,
            int steps,
            double guidance,
            int usualRounds,
            BiConsumer<ContestTable, Contest> printer)
            throws IOException, InterruptedException {
        List<String> wanted = models.or(quick ? QUICK : MODELS);
        int usual = quick ? FEW_ROUNDS : usualRounds;
        int measured = Machine.atLeastOne("--rounds", rounds == null ? usual : rounds);
        int batch = batch();
        PrintWriter out = spec.commandLine().getOut();
        String device = Backends.word(machine.choose(out).device());
        StepContest.Options options = new StepContest.Options(
                task, models.precisions(), batch, steps, guidance, measured, machine.threads(), device);
        try (StepContest contest = new StepContest(options, next -> Next.tell(spec, next))) {
            out.println(contest.peer().orElse("PyTorch is not installed: ours alone"));
            out.println();
            out.flush();
            ContestTable table = new ContestTable(out);
            for (String model : wanted) {
                printer.accept(table, contest.run(model));
            }
        }
        return 0;
    }
}
