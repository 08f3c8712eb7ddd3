package org.ditlab.cli.benchmark;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.model.ModelZoo;
import org.ditlab.study.Spelling;
import org.ditlab.study.StudyException;
import org.ditlab.train.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The models that a benchmark steps through, and how. */
final class ModelList {
    @Option(
            names = {"--models", "--model"},
            split = ",",
            paramLabel = "NAME",
            description =
                    "Models of the zoo (default: DiT-S/4 for steps and with --quick, else DiT-S/2, DiT-S/4, U-DiT-T,"
                            + " U-DiT-S).")
    private @Nullable List<String> models;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "16",
            description = "Images per step (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--precision",
            split = ",",
            paramLabel = "fp32|bf16",
            description = "What our products compute in (default: both).")
    private List<Precision> precisions = List.of(Precision.values());

    int batch() {
        return Machine.atLeastOne("--batch", batch);
    }

    List<Precision> precisions() {
        return precisions;
    }

    /**
     * The models asked for, or these.
     *
     * @throws StudyException when the zoo lacks one
     */
    List<String> or(List<String> usual) {
        List<String> wanted = models == null ? usual : models;
        List<String> unknown = new ArrayList<>();
        for (String model : wanted) {
            if (ModelZoo.find(model).isEmpty()) {
                unknown.add("there is no model \"" + model + "\" in the zoo; "
                        + Spelling.remark(model, ModelZoo.names()) + " `ditlab models` lists all");
            }
        }
        if (!unknown.isEmpty()) {
            throw new StudyException(unknown);
        }
        return wanted;
    }
}
