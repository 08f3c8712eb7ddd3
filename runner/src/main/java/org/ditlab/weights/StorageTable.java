package org.ditlab.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ditlab.weights.PickleGlobal.StorageClass;
import org.jspecify.annotations.Nullable;

/** The storages that a pickle refers to, by key: (storage, class, key, device, number of elements, ...). */
final class StorageTable implements PickleMachine.Storages {
    private final Map<String, Storage> storages = new LinkedHashMap<>();
    private final long fileSize;

    StorageTable(long fileSize) {
        this.fileSize = fileSize;
    }

    Map<String, Storage> all() {
        return storages;
    }

    @Override
    public Storage find(@Nullable Object id) throws BadWeightsException {
        if (id instanceof PickleTuple tuple
                && tuple.items().size() >= 5
                && "storage".equals(tuple.items().get(0))
                && tuple.items().get(1) instanceof StorageClass type
                && tuple.items().get(2) instanceof String key
                && tuple.items().get(3) instanceof String
                && tuple.items().get(4) instanceof Long elements
                && (tuple.items().size() == 5
                        || (tuple.items().size() == 6 && tuple.items().get(5) == null))) {
            return add(new Storage(key, type.type(), elements));
        }
        throw new BadWeightsException("it refers to data of an unknown kind; nothing was executed");
    }

    private Storage add(Storage storage) throws BadWeightsException {
        if (storage.elements() < 0
                || storage.elements() > fileSize / storage.type().bytes()) {
            throw new BadWeightsException("storage " + storage.key() + " is said to have " + storage.elements()
                    + " elements of " + storage.type() + " in a file of " + fileSize + " bytes");
        }
        if (storage.bytes() > Integer.MAX_VALUE - 8) {
            throw new BadWeightsException(
                    "storage " + storage.key() + " has " + storage.bytes() + " bytes; up to 2 GiB can be read",
                    "save smaller tensors");
        }
        Storage known = storages.putIfAbsent(storage.key(), storage);
        if (known != null && !known.equals(storage)) {
            throw new BadWeightsException("storage " + storage.key() + " is described in two ways");
        }
        return known == null ? storage : known;
    }
}
