package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.ditlab.command.Verb;
import org.ditlab.store.StudyResults;
import org.ditlab.store.export.CsvExport;
import org.ditlab.store.export.Exported;
import org.ditlab.store.export.MlflowExport;
import org.ditlab.store.export.TensorboardExport;
import org.ditlab.store.index.StudyIndex;
import org.ditlab.study.StudyException;
import org.ditlab.study.yaml.StudyYaml;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ditlab export STUDY}: any form of a study as YAML, or its results for other programs. */
@Command(
        name = "export",
        description =
                "Print a study as YAML, or send its results to CSV files, TensorBoard or MLflow: what is new since"
                        + " the last time.",
        mixinStandardHelpOptions = true)
public final class ExportVerb implements Verb {
    /** Where to. */
    enum Format {
        YAML,
        CSV,
        TENSORBOARD,
        MLFLOW
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private StudyOptions options;

    @Option(
            names = "--to",
            paramLabel = "yaml|csv|tensorboard|mlflow",
            defaultValue = "yaml",
            description = "Default: ${DEFAULT-VALUE}, on standard output.")
    private Format to;

    @Option(
            names = "--target",
            paramLabel = "DIR|URL",
            description = "csv, tensorboard: a directory; default: export/csv or export/tensorboard in the study's."
                    + " mlflow: the server; default: MLFLOW_TRACKING_URI.")
    private @Nullable String target;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (to == Format.YAML) {
            if (target != null) {
                throw new StudyException("--target goes with --to csv, tensorboard or mlflow; YAML is printed");
            }
            out.print(StudyYaml.write(options.find().spec()));
            out.flush();
            return 0;
        }
        Path directory = options.study.directory();
        String name = StudyResults.read(directory).name();
        try (StudyIndex index = StudyIndex.open(directory)) {
            PrintWriter err = spec.commandLine().getErr();
            index.refresh().warnings().forEach(warning -> err.println("ditlab: warning: " + warning));
            err.flush();
            Exported exported = export(index, name, directory);
            out.printf(
                    Locale.ROOT,
                    "%s: %d trials with something new, %d logged values%n",
                    exported.target(),
                    exported.trials(),
                    exported.values());
        }
        out.flush();
        return 0;
    }

    private Exported export(StudyIndex index, String study, Path directory) throws IOException, InterruptedException {
        return switch (to) {
            case CSV -> new CsvExport(index, study, folder(directory)).run();
            case TENSORBOARD -> new TensorboardExport(index, study, folder(directory)).run();
            case MLFLOW -> new MlflowExport(index, study, server(), System.getenv()).run();
            case YAML -> throw new IllegalStateException("YAML is printed");
        };
    }

    private Path folder(Path study) {
        if (target == null) {
            return study.resolve("export").resolve(to.name().toLowerCase(Locale.ROOT));
        }
        if (target.matches("[a-z][a-z0-9+.-]+://.*")) {
            throw new StudyException("--target " + target + ": expected a directory, found an address");
        }
        return Path.of(target);
    }

    private String server() {
        String address = target == null ? System.getenv("MLFLOW_TRACKING_URI") : target;
        if (address == null || address.isEmpty()) {
            throw new StudyException(
                    "--to mlflow needs a server: add --target http://HOST:PORT, or set MLFLOW_TRACKING_URI");
        }
        return address;
    }
}
