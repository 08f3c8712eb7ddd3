package org.ditlab.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.ditlab.data.Safetensors;
import org.ditlab.nn.StateDict;
import org.ditlab.tensor.Shape;

/** Weights in a safetensors file, by the model's own names, which are those of the official checkpoints. */
public final class ModelFile {
    /** The metadata key of the model's name. */
    public static final String MODEL = "model";

    private ModelFile() {}

    /** Writes the file whole or not at all. */
    public static void write(Path path, StateDict weights) throws IOException {
        write(path, weights, Map.of());
    }

    /**
     * Writes the file whole or not at all.
     *
     * @param metadata what the file says of itself, {@link #MODEL} for instance
     */
    public static void write(Path path, StateDict weights, Map<String, String> metadata) throws IOException {
        Map<String, Safetensors.Array> arrays = new LinkedHashMap<>();
        weights.entries()
                .forEach((name, entry) ->
                        arrays.put(name, new Safetensors.Array(entry.shape().toArray(), entry.values())));
        Map<String, String> all = new TreeMap<>(metadata);
        all.put("format", "pt");
        Safetensors.write(path, arrays, all);
    }

    /** Reads all arrays of a file. */
    public static StateDict read(Path path) throws IOException {
        Map<String, StateDict.Entry> entries = new LinkedHashMap<>();
        Safetensors.read(path)
                .tensors()
                .forEach((name, array) ->
                        entries.put(name, new StateDict.Entry(Shape.of(array.shape()), array.values())));
        return new StateDict(entries);
    }
}
