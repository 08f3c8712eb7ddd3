package org.ditlab.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.ditlab.data.Safetensors;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;

/**
 * Training state on disk: {@code checkpoint-<step>.safetensors}, checksummed, written beside and renamed. The newest two
 * are kept, so that a damaged one costs one interval and not the run.
 */
final class Checkpoint {
    private static final String PREFIX = "checkpoint-";
    private static final String SUFFIX = ".safetensors";
    private static final String LOSSES = "history.loss";
    private static final int KEPT = 2;

    private Checkpoint() {}

    /** Writes the state and removes all but the newest checkpoints. */
    static void write(Path directory, TrainState state) throws IOException {
        Map<String, Safetensors.Array> arrays = new LinkedHashMap<>();
        state.tensors().forEach((name, tensor) -> arrays.put(name, array(tensor.shape(), tensor.toFloats())));
        arrays.put(LOSSES, new Safetensors.Array(new int[] {state.losses().length}, state.losses()));
        Map<String, String> metadata =
                Map.of("step", String.valueOf(state.step()), "seconds", String.valueOf(state.seconds()));
        Safetensors.write(directory.resolve(PREFIX + "%09d".formatted(state.step()) + SUFFIX), arrays, metadata);
        List<Path> all = newestFirst(directory);
        for (Path old : all.subList(Math.min(KEPT, all.size()), all.size())) {
            Files.deleteIfExists(old);
        }
    }

    /** Loads the newest checkpoint that is whole; a damaged one is passed over for the one before it. */
    static Optional<Path> resume(Path directory, TrainState state, Backend backend) throws IOException {
        for (Path path : newestFirst(directory)) {
            Safetensors.File file;
            try {
                file = Safetensors.read(path);
            } catch (IOException | RuntimeException damaged) {
                System.err.println(path.getFileName() + " is passed over: " + damaged.getMessage());
                continue;
            }
            String misfit = misfit(file, state);
            if (misfit.isEmpty()) {
                load(file, state, backend);
                return Optional.of(path);
            }
            System.err.println(path.getFileName() + " is passed over: " + misfit);
        }
        return Optional.empty();
    }

    /** Removes every checkpoint: what a finished stage no longer needs. */
    static void clear(Path directory) throws IOException {
        for (Path path : newestFirst(directory)) {
            Files.deleteIfExists(path);
        }
    }

    /** Why a file cannot be continued; empty where it can. What it holds beyond the state is ignored. */
    private static String misfit(Safetensors.File file, TrainState state) {
        Safetensors.Array losses = file.tensors().get(LOSSES);
        if (losses == null || !file.metadata().containsKey("step")) {
            return "it holds no training state";
        }
        if (losses.values().length != state.losses().length) {
            return "it is of " + losses.values().length + " steps, not of " + state.losses().length;
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
                Long.parseLong(file.metadata().get("step")),
                Double.parseDouble(file.metadata().getOrDefault("seconds", "0")),
                file.tensors().get(LOSSES).values());
    }

    private static List<Path> newestFirst(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(path -> {
                        String name = path.getFileName().toString();
                        return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
                    })
                    .sorted(Comparator.comparing(
                                    (Path path) -> path.getFileName().toString())
                            .reversed())
                    .forEach(found::add);
        }
        return found;
    }

    private static Safetensors.Array array(Shape shape, float[] values) {
        return new Safetensors.Array(shape.toArray(), values);
    }
}
