package org.ditlab.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.ditlab.data.Safetensors;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;

/**
 * Training state on disk: {@code checkpoint-<step>.safetensors}, checksummed, written beside and renamed ({@link SavedState}). The newest two
 * are kept, so that a damaged one costs one interval and not the run.
 */
final class Checkpoint {
    private static final String STEP = "step";
    private static final String SECONDS = "seconds";
    private static final String HEADER = "header";
    private static final String LOSSES = "history.loss";
    private static final int KEPT = 2;

    private Checkpoint() {}

    /** Writes the state and removes all but the two furthest checkpoints. */
    static void write(Path directory, TrainState state) throws IOException {
        Map<String, Safetensors.Array> arrays = new LinkedHashMap<>();
        state.tensors().forEach((name, tensor) -> arrays.put(name, array(tensor.shape(), tensor.toFloats())));
        arrays.put(LOSSES, new Safetensors.Array(new int[] {state.losses().length}, state.losses()));
        Map<String, String> metadata = new TreeMap<>();
        metadata.put(STEP, String.valueOf(state.step()));
        metadata.put(SECONDS, String.valueOf(state.seconds()));
        metadata.put(HEADER, checksum(arrays, metadata));
        Path file = directory.resolve(SavedState.name(state.step()));
        try {
            Safetensors.write(file, arrays, metadata);
        } catch (IOException e) {
            throw new IOException(file + ": the state of training cannot be kept: " + e.getMessage(), e);
        }
        keep(directory, KEPT);
    }

    /**
     * Loads the furthest checkpoint that is whole; a damaged one is passed over for the one before it, with a remark.
     *
     * @return the step it is of; 0 where there is none
     */
    static long resume(Path directory, TrainState state, Backend backend, Consumer<String> remarks) throws IOException {
        for (SavedState saved : SavedState.in(directory)) {
            Safetensors.File file;
            try {
                file = Safetensors.read(saved.file());
            } catch (IOException | RuntimeException damaged) {
                remarks.accept(passedOver(saved, String.valueOf(damaged.getMessage())));
                continue;
            }
            String misfit = misfit(saved, file, state);
            if (misfit.isEmpty()) {
                load(file, state, backend);
                return saved.step();
            }
            remarks.accept(passedOver(saved, misfit));
        }
        return 0;
    }

    private static String passedOver(SavedState saved, String problem) {
        return saved.file().getFileName() + " is passed over: " + problem;
    }

    /** Removes all checkpoints but so many of the furthest. */
    static void keep(Path directory, int count) throws IOException {
        List<SavedState> all = SavedState.in(directory);
        for (SavedState old : all.subList(Math.min(count, all.size()), all.size())) {
            Files.deleteIfExists(old.file());
        }
    }

    /** Over what the checksum of the data leaves out: counters, names and shapes. */
    private static String checksum(Map<String, Safetensors.Array> arrays, Map<String, String> metadata) {
        CRC32C checksum = new CRC32C();
        StringBuilder text = new StringBuilder();
        text.append(metadata.get(STEP)).append(' ').append(metadata.get(SECONDS));
        new TreeMap<>(arrays)
                .forEach((name, array) ->
                        text.append('\n').append(name).append(' ').append(Arrays.toString(array.shape())));
        checksum.update(text.toString().getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(checksum.getValue());
    }

    /** Why a file cannot be continued; empty where it can. What it holds beyond the state is ignored. */
    private static String misfit(SavedState saved, Safetensors.File file, TrainState state) {
        Safetensors.Array losses = file.tensors().get(LOSSES);
        if (losses == null || !file.metadata().containsKey(STEP)) {
            return "it holds no training state";
        }
        if (!checksum(file.tensors(), file.metadata()).equals(file.metadata().get(HEADER))) {
            return "its header is not what was written";
        }
        if (!file.metadata().get(STEP).equals(String.valueOf(saved.step()))) {
            return "it is of step " + file.metadata().get(STEP);
        }
        // One of a longer training holds room for more losses, one of a shorter training for fewer.
        if (saved.step() > Math.min(losses.values().length, state.losses().length)) {
            return "it is of step " + saved.step() + " of a training of " + losses.values().length
                    + " steps, but this one has " + state.losses().length;
        }
        for (Map.Entry<String, Tensor> entry : state.tensors().entrySet()) {
            Safetensors.Array array = file.tensors().get(entry.getKey());
            if (array == null) {
                return "it has no " + entry.getKey();
            }
            if (!Shape.of(array.shape()).equals(entry.getValue().shape())) {
                return "its " + entry.getKey() + " is " + Shape.of(array.shape()) + ", not "
                        + entry.getValue().shape();
            }
        }
        return "";
    }

    private static void load(Safetensors.File file, TrainState state, Backend backend) {
        state.tensors().forEach((name, target) -> {
            try (Scope scope = backend.scope()) {
                float[] values = file.tensors().get(name).values();
                backend.assign(target, backend.tensor(values, target.shape(), DType.FLOAT32));
            }
        });
        state.resume(
                Long.parseLong(file.metadata().get(STEP)),
                Double.parseDouble(file.metadata().get(SECONDS)),
                file.tensors().get(LOSSES).values());
    }

    private static Safetensors.Array array(Shape shape, float[] values) {
        return new Safetensors.Array(shape.toArray(), values);
    }
}
