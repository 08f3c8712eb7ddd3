package org.ditlab.weights;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Holds that a value is a tree of bounded depth: whoever walks it comes to an end. Shared parts are visited once. */
final class PickleTree {
    private static final int DEEPEST = 64;

    private final Map<Object, Integer> heights = new IdentityHashMap<>();

    private PickleTree() {}

    /**
     * Checks a value and all it holds.
     *
     * @throws BadWeightsException when a value contains itself, or values are nested too deeply
     */
    static void check(@Nullable Object root) throws BadWeightsException {
        new PickleTree().height(root, 0);
    }

    /** Levels below a value; those of a shared part are counted wherever it stands. */
    private int height(@Nullable Object value, int depth) throws BadWeightsException {
        Collection<?> parts = parts(value);
        if (value == null || parts.isEmpty()) {
            return 0;
        }
        if (depth > DEEPEST) {
            throw new BadWeightsException(
                    "its values are nested more than " + DEEPEST + " deep, or contain themselves");
        }
        Integer known = heights.get(value);
        int height = 0;
        if (known != null) {
            height = known;
        } else {
            for (Object part : parts) {
                height = Math.max(height, 1 + height(part, depth + 1));
            }
            heights.put(value, height);
        }
        if (depth + height > DEEPEST + 1) {
            throw new BadWeightsException("its values are nested more than " + DEEPEST + " deep");
        }
        return height;
    }

    private static Collection<?> parts(@Nullable Object value) {
        if (value instanceof PickleDict dict) {
            return dict.entries().values();
        }
        if (value instanceof PickleTuple tuple) {
            return tuple.items();
        }
        return value instanceof List<?> list ? list : List.of();
    }
}
