package org.ditlab.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.data.Safetensors;
import org.jspecify.annotations.Nullable;

/** A file of {@code torch.save}: one value, whose tensors are views of storages. */
abstract class TorchContent implements WeightContent {
    private final Path path;
    private final PickleDict root;

    TorchContent(Path path, PickleDict root) {
        this.path = path;
        this.root = root;
    }

    /** The bytes of storages, for as long as it is open. */
    interface StorageReader extends Closeable {
        /** All bytes of a storage, in the file's byte order. */
        ByteBuffer read(Storage storage) throws IOException;
    }

    abstract StorageReader openStorages() throws IOException;

    final Path path() {
        return path;
    }

    @Override
    public final PickleDict root() {
        return root;
    }

    @Override
    public final Map<String, String> metadata() {
        return Map.of();
    }

    /** The value of the file when it is a dictionary, as all weight files are. */
    static PickleDict dictionary(@Nullable Object value) throws BadWeightsException {
        if (value instanceof PickleDict dict) {
            return dict;
        }
        throw new BadWeightsException(
                "it holds " + (value instanceof StoredTensor ? "a single tensor" : "no dictionary of tensors"),
                "save a state dict (model.state_dict())");
    }

    /** Each storage is read once, and equal views share their values. */
    @Override
    public final Map<String, Safetensors.Array> read(Map<String, StoredTensor> tensors) throws IOException {
        Map<Storage, List<StoredTensor>> views = new LinkedHashMap<>();
        tensors.values().stream()
                .distinct()
                .forEach(view -> views.computeIfAbsent(view.storage(), storage -> new ArrayList<>())
                        .add(view));
        long bytes = views.values().stream()
                .flatMap(List::stream)
                .mapToLong(StoredTensor::bytes)
                .sum();
        if (bytes > Files.size(path)) {
            throw new BadWeightsException(
                    "its tensors overlap: they have " + bytes + " bytes, more than the file",
                    "save them after .contiguous().clone()");
        }
        Map<StoredTensor, Safetensors.Array> values = new HashMap<>();
        try (StorageReader storages = openStorages()) {
            for (Map.Entry<Storage, List<StoredTensor>> storage : views.entrySet()) {
                ByteBuffer data = storages.read(storage.getKey());
                for (StoredTensor view : storage.getValue()) {
                    values.put(view, new Safetensors.Array(view.shape().toArray(), view.values(data)));
                }
            }
        }
        Map<String, Safetensors.Array> named = new LinkedHashMap<>();
        tensors.forEach((name, view) -> named.put(name, values.get(view)));
        return named;
    }

    @Override
    public final boolean verify(Collection<StoredTensor> tensors) throws IOException {
        if (format() == WeightFormat.TORCH_LEGACY) {
            return false;
        }
        try (StorageReader storages = openStorages()) {
            for (Storage storage :
                    tensors.stream().map(StoredTensor::storage).distinct().toList()) {
                storages.read(storage);
            }
        }
        return true;
    }
}
