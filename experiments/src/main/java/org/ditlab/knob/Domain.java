package org.ditlab.knob;

import java.util.List;

/**
 * The values a knob may take, and how they are read and written. Raw values are what YAML and JSON hold: String, Long,
 * Double, Boolean, List, Map.
 */
public interface Domain<V> {
    /**
     * Reads a raw value; numbers may come as strings with a suffix ({@code 400k}).
     *
     * @throws DomainException saying what was expected
     */
    V parse(Object raw);

    /** The canonical raw value: what is hashed and saved; {@code parse(render(v)).equals(v)}. */
    Object render(V value);

    /** What is expected, in a phrase: {@code a whole number from 1}, {@code softmax | cosine}. */
    String describe();

    /** The words that may stand here, for did-you-mean and schemas; empty when there is no finite list. */
    default List<String> words() {
        return List.of();
    }

    /** JSON Schema of the raw form. */
    java.util.Map<String, Object> schema();
}
