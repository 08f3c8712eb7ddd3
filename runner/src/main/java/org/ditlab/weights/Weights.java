package org.ditlab.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.data.ElementType;
import org.ditlab.data.Safetensors;
import org.ditlab.nn.StateDict;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.Shape;

/** The state dict that was chosen in a weight file; its values are read by {@link #read}. */
public final class Weights {
    private final Path path;
    private final WeightContent content;
    private final String entry;
    private final List<String> entries;
    private final Map<String, StoredTensor> tensors;
    private final List<String> remarks;

    Weights(
            Path path,
            WeightContent content,
            String entry,
            List<String> entries,
            Map<String, StoredTensor> tensors,
            List<String> remarks) {
        this.path = path;
        this.content = content;
        this.entry = entry;
        this.entries = entries;
        this.tensors = tensors;
        this.remarks = remarks;
    }

    /** Which entry of the file this is; empty when the file itself is the state dict. */
    public String entry() {
        return entry;
    }

    /** All entries of the file that are state dicts. */
    public List<String> entries() {
        return entries;
    }

    /** What a person should know of the choice: other entries, what was passed over, a prefix that was left out. */
    public List<String> remarks() {
        return remarks;
    }

    /** By key, in the order of the file. */
    public Map<String, WeightTensor> tensors() {
        Map<String, WeightTensor> described = new LinkedHashMap<>();
        tensors.forEach((key, tensor) ->
                described.put(key, new WeightTensor(tensor.storage().type(), tensor.shape())));
        return Collections.unmodifiableMap(described);
    }

    /** By key, in the order of the file. */
    public Map<String, Shape> shapes() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        tensors.forEach((key, tensor) -> shapes.put(key, tensor.shape()));
        return Collections.unmodifiableMap(shapes);
    }

    /** Number of tensors of each element type. */
    public Map<ElementType, Integer> types() {
        Map<ElementType, Integer> types = new EnumMap<>(ElementType.class);
        tensors.values().forEach(tensor -> types.merge(tensor.storage().type(), 1, Integer::sum));
        return types;
    }

    /** Number of elements of all tensors. */
    public long elements() {
        return tensors.values().stream()
                .mapToLong(tensor -> tensor.shape().elements())
                .sum();
    }

    /**
     * Reads the values, rounded to float32; the file's checksums are verified where it has some.
     *
     * @throws StudyException when the data is damaged, or there is not enough memory for it
     */
    public StateDict read() throws IOException {
        long needed = Math.multiplyExact(Float.BYTES, elements());
        long most = Runtime.getRuntime().maxMemory();
        if (needed > most) {
            throw new StudyException(path + ": its weights need " + needed / (1 << 20)
                    + " MiB of memory, but Java may take " + most / (1 << 20) + "; start with JDK_JAVA_OPTIONS=-Xmx"
                    + (needed * 3 / 2 / (1 << 30) + 1) + "g");
        }
        try {
            Map<String, StateDict.Entry> read = new LinkedHashMap<>();
            for (Map.Entry<String, Safetensors.Array> array :
                    content.read(tensors).entrySet()) {
                Shape shape = Shape.of(array.getValue().shape());
                read.put(
                        array.getKey(),
                        new StateDict.Entry(shape, array.getValue().values()));
            }
            return new StateDict(read);
        } catch (BadWeightsException e) {
            throw bad(e);
        }
    }

    /**
     * Reads the data without keeping it, and compares the file's checksums.
     *
     * @return false when the file has none: the legacy layout, and safetensors files of other programs
     * @throws StudyException when the data is damaged
     */
    public boolean verify() throws IOException {
        try {
            return content.verify(tensors.values());
        } catch (BadWeightsException e) {
            throw bad(e);
        }
    }

    private StudyException bad(BadWeightsException e) {
        return new StudyException(path + ": cannot be read as weights: " + e.getMessage());
    }
}
