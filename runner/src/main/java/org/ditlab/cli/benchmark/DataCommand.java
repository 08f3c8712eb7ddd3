package org.ditlab.cli.benchmark;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ditlab.data.Corrupt;
import org.ditlab.data.DataBenchmark;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ditlab benchmark data}. */
@Command(
        name = "data",
        description = "Images decoded once, read from the cache, and prepared as batches.",
        mixinStandardHelpOptions = true)
final class DataCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            required = true,
            description = "A folder or zip of images, as a study's --data takes them.")
    private Path data;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            defaultValue = "32",
            description = "The side that images are resized to (default: ${DEFAULT-VALUE}).")
    private int size;

    @Override
    public Integer call() throws IOException {
        List<DataBenchmark.Row> rows =
                new DataBenchmark(data, Machine.atLeastOne("--size", size), Corrupt.REFUSE).rows();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%-40s %10s %12s %12s%n", "", "images", "seconds", "images/s");
        for (DataBenchmark.Row row : rows) {
            out.printf(
                    Locale.ROOT,
                    "%-40s %10d %12.5f %12.0f%n",
                    row.what(),
                    row.images(),
                    row.seconds(),
                    row.imagesPerSecond());
        }
        out.flush();
        return 0;
    }
}
