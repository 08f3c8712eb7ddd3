package org.ditlab.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A dictionary of a pickle, or an object that is read as one: names of its attributes to values. */
final class PickleDict {
    private final Kind kind;
    private Map<Object, @Nullable Object> entries = new LinkedHashMap<>();

    PickleDict(Kind kind) {
        this.kind = kind;
    }

    /** What stood in the file. */
    enum Kind {
        DICT,
        ORDERED_DICT,
        NAMESPACE,
        /** A module of a TorchScript archive. */
        MODULE
    }

    Kind kind() {
        return kind;
    }

    /** In the order of the file; keys are text, whole numbers or booleans. */
    Map<Object, @Nullable Object> entries() {
        return entries;
    }

    /** Takes over the entries of another, without a copy. */
    void become(PickleDict other) {
        entries = other.entries;
    }

    void put(@Nullable Object key, @Nullable Object value) throws BadWeightsException {
        if (!(key instanceof String || key instanceof Long || key instanceof Boolean)) {
            throw new BadWeightsException("a dictionary has a key that is neither text nor a whole number");
        }
        entries.put(key, value);
    }
}
