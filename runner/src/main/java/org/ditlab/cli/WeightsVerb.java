package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.ditlab.command.Verb;
import org.ditlab.metric.inception.InceptionWeights;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.model.inspect.Json;
import org.ditlab.nn.KeyMismatch;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.Shape;
import org.ditlab.weights.ModelFile;
import org.ditlab.weights.WeightFile;
import org.ditlab.weights.Weights;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ditlab weights FILE}: what a weight file holds, whether it fits a model, and the same as safetensors. */
@Command(
        name = "weights",
        description = "Show what a weight file (safetensors or PyTorch) holds, check it against a model, convert it.",
        mixinStandardHelpOptions = true)
public final class WeightsVerb implements Verb {
    private static final int KEYS_SHOWN = 8;

    /** How the file is described. */
    enum Format {
        TEXT,
        JSON
    }

    /** A key of one side only, as JSON. */
    private record Key(String key, int[] shape) {}

    /** A key of both sides, as JSON. */
    private record MisshapedKey(String key, int[] shape, int[] expected) {}

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A .safetensors, .pt, .pth or .pb file; told by its content.")
    private Path file;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = {"The model that the weights must fit.", ModelReference.NAME})
    private @Nullable String model;

    @Mixin
    private ModelReference reference;

    @Option(
            names = "--entry",
            paramLabel = "ema|model",
            description = "Which weights of a training checkpoint. Default: ema, where there is one.")
    private @Nullable String entry;

    @Option(names = "--save", paramLabel = "OUT", description = "Write the weights to this safetensors file.")
    private @Nullable Path save;

    @Option(
            names = "--format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Override
    public Integer call() throws IOException {
        Denoiser wanted = model == null ? null : reference.build(model);
        if (model == null && reference.given()) {
            throw new StudyException("--set and --data are about a model; name it with --model");
        }
        if (save != null) {
            OutputFile.check("--save", save, file);
        }
        WeightFile read = WeightFile.open(file);
        Weights weights = read.weights(entry);
        List<String> fitting = new ArrayList<>(ModelZoo.names().stream()
                .filter(name -> KeyMismatch.between(
                                weights.shapes(),
                                ModelZoo.build(ModelZoo.find(name).orElseThrow()))
                        .isEmpty())
                .toList());
        if (wanted != null) {
            KeyMismatch mismatch = KeyMismatch.between(weights.shapes(), wanted);
            if (!mismatch.isEmpty()) {
                throw misfit(weights, mismatch, fitting);
            }
            if (!fitting.contains(shown())) {
                fitting.add(0, shown());
            }
        }
        boolean verified = weights.verify();
        if (save != null) {
            ModelFile.write(save, weights.read(), metadata(weights, fitting));
        }
        if (format == Format.JSON) {
            print(describe(read, weights, fitting, verified));
        } else {
            print(spec.commandLine().getOut(), read, weights, fitting, verified);
        }
        return 0;
    }

    private String shown() {
        return reference.shown(String.valueOf(model));
    }

    /** What is thrown; as JSON, the keys go to standard output. */
    private StudyException misfit(Weights weights, KeyMismatch mismatch, List<String> fitting) throws IOException {
        String problem = file + ": does not fit " + shown();
        if (format == Format.TEXT) {
            return new StudyException(problem + ":\n" + mismatch.describe() + "\n"
                    + (fitting.isEmpty()
                            ? "  no model of the zoo has these keys and shapes"
                            : "  these are the keys and shapes of " + String.join(", ", fitting)));
        }
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("file", file.toString());
        described.put("entry", weights.entry());
        described.put("model", shown());
        described.put("fits", fitting);
        described.put("missing", keys(mismatch.missing()));
        described.put("unexpected", keys(mismatch.unexpected()));
        described.put(
                "misshaped",
                mismatch.misshaped().entrySet().stream()
                        .map(key -> new MisshapedKey(
                                key.getKey(),
                                key.getValue().found().toArray(),
                                key.getValue().expected().toArray()))
                        .toList());
        print(described);
        return new StudyException(problem + ": " + mismatch.missing().size() + " keys missing, "
                + mismatch.unexpected().size() + " unexpected, "
                + mismatch.misshaped().size() + " of another shape; standard output lists them");
    }

    private static List<Key> keys(Map<String, Shape> shapes) {
        return shapes.entrySet().stream()
                .map(key -> new Key(key.getKey(), key.getValue().toArray()))
                .toList();
    }

    private void print(Map<String, Object> described) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(Json.text(described));
        out.flush();
    }

    /** The target is neither the input, nor is the file that is written first (NAME.partial). */
    /** The one network besides the zoo that the project knows. */
    private static String otherwise(WeightFile read) {
        try {
            InceptionWeights weights = InceptionWeights.read(read.path());
            return "the Inception network of 2015-12-05, for --inception (hash "
                    + weights.hash().substring(0, 12) + ", a " + weights.container()
                    + (weights.scaleAbsent() ? ", without scales" : "") + ")";
        } catch (StudyException | IOException other) {
            return "no model of the zoo";
        }
    }

    private Map<String, String> metadata(Weights weights, List<String> fitting) {
        Map<String, String> metadata = new LinkedHashMap<>();
        if (model != null) {
            metadata.put(ModelFile.MODEL, shown());
        } else if (fitting.size() == 1) {
            metadata.put(ModelFile.MODEL, fitting.get(0));
        }
        if (!weights.entry().isEmpty()) {
            metadata.put("entry", weights.entry());
        }
        return metadata;
    }

    private void print(PrintWriter out, WeightFile read, Weights weights, List<String> fitting, boolean verified) {
        row(out, "file", file);
        row(out, "format", read.format());
        row(out, "entry", weights.entry().isEmpty() ? "the file itself" : weights.entry());
        row(out, "tensors", weights.tensors().size());
        row(out, "parameters", String.format(Locale.ROOT, "%,d", weights.elements()));
        row(
                out,
                "types",
                weights.types().entrySet().stream()
                        .map(type -> type.getKey() + " " + type.getValue())
                        .collect(Collectors.joining(", ")));
        row(out, "checksums", verified ? "right" : "the file has none");
        row(out, "fits", fitting.isEmpty() ? otherwise(read) : String.join(", ", fitting));
        if (!read.metadata().isEmpty()) {
            row(out, "metadata", read.metadata());
        }
        weights.remarks().forEach(remark -> row(out, "note", remark));
        if (save != null) {
            row(out, "saved", save + ", as F32");
        }
        out.println();
        weights.tensors().entrySet().stream()
                .limit(KEYS_SHOWN)
                .forEach(tensor -> out.println("  " + tensor.getKey() + "  "
                        + tensor.getValue().type() + " " + tensor.getValue().shape()));
        if (weights.tensors().size() > KEYS_SHOWN) {
            out.println("  and " + (weights.tensors().size() - KEYS_SHOWN) + " more (--format json lists all)");
        }
    }

    private static void row(PrintWriter out, String name, Object value) {
        out.printf("%-12s %s%n", name, value.toString().replaceAll("\\p{Cntrl}", "?"));
    }

    private Map<String, Object> describe(WeightFile read, Weights weights, List<String> fitting, boolean verified) {
        Map<String, Object> tensors = new LinkedHashMap<>();
        weights.tensors()
                .forEach((key, tensor) -> tensors.put(
                        key,
                        Map.of(
                                "type",
                                tensor.type().name(),
                                "shape",
                                tensor.shape().toArray())));
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("file", file.toString());
        described.put("format", read.format().toString());
        described.put("entry", weights.entry());
        described.put("entries", weights.entries());
        described.put("parameters", weights.elements());
        described.put("types", weights.types());
        described.put("verified", verified);
        described.put("fits", fitting);
        described.put("metadata", read.metadata());
        described.put("notes", weights.remarks());
        if (save != null) {
            described.put("saved", save.toString());
        }
        described.put("tensors", tensors);
        return described;
    }
}
