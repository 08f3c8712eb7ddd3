package org.ditlab.weights;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ditlab.data.NpyArray;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/**
 * A pickle of NumPy arrays and numbers in nested dictionaries, as EDM2's reference statistics are. Nothing in it is executed,
 * and any name that arrays do not need is refused.
 */
public final class ArrayPickle {
    private static final int MOST_VALUES = 10_000;
    private static final int LONGEST_NAME = 1000;

    private final Map<String, NpyArray> arrays = new LinkedHashMap<>();
    private int values;

    private ArrayPickle() {}

    /**
     * Reads the arrays by the names of the dictionaries they stand in, joined by dots ({@code fid.mu}); numbers are arrays
     * without axes, of type INT64 or FLOAT64. Other values are passed over.
     *
     * @throws StudyException when the file is damaged, hostile or no such pickle
     */
    public static Map<String, NpyArray> read(Path path) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            Object root = PickleMachine.read(
                    new PickleInput(in, Files.size(path)), ArrayPickle::none, PickleGlobal.Vocabulary.ARRAYS);
            if (!(root instanceof PickleDict dict)) {
                throw new BadWeightsException("it holds no dictionary of arrays", "pickle a dictionary");
            }
            ArrayPickle pickle = new ArrayPickle();
            pickle.add("", dict);
            return Collections.unmodifiableMap(pickle.arrays);
        } catch (BadWeightsException e) {
            throw new StudyException(path + ": cannot be read as a pickle of arrays: " + e.getMessage());
        }
    }

    private static Storage none(@Nullable Object id) throws BadWeightsException {
        throw new BadWeightsException("it refers to data outside itself");
    }

    private void add(String prefix, PickleDict dict) throws BadWeightsException {
        for (Map.Entry<Object, @Nullable Object> entry : dict.entries().entrySet()) {
            String name = prefix + entry.getKey();
            if (name.length() > LONGEST_NAME || ++values > MOST_VALUES) {
                throw new BadWeightsException("its dictionaries are beyond all measure");
            }
            Object value = entry.getValue();
            if (value instanceof PickleDict child) {
                add(name + ".", child);
            } else if (value instanceof PickleArray array) {
                arrays.put(name, array.content());
            } else if (value instanceof Long number) {
                arrays.put(name, NpyArray.of(new long[] {number}));
            } else if (value instanceof Double number) {
                arrays.put(name, NpyArray.of(new double[] {number}));
            }
        }
    }
}
