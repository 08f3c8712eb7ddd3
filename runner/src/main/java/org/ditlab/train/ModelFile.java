package org.ditlab.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ditlab.data.Safetensors;
import org.ditlab.nn.StateDict;
import org.ditlab.tensor.Shape;

/** Weights in a safetensors file, by the model's own names. */
public final class ModelFile {
    private ModelFile() {}

    public static void write(Path path, StateDict weights) throws IOException {
        Map<String, Safetensors.Array> arrays = new LinkedHashMap<>();
        weights.entries()
                .forEach((name, entry) ->
                        arrays.put(name, new Safetensors.Array(entry.shape().toArray(), entry.values())));
        Safetensors.write(path, arrays, Map.of("format", "pt"));
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
