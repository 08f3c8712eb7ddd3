package org.ditlab.weights;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import org.ditlab.data.Safetensors;

/** A parsed weight file: what it says that it holds, and a way to the values. Keeps no file open. */
interface WeightContent {
    WeightFormat format();

    /** Plain values and, where tensors stand, {@link StoredTensor}s. */
    PickleDict root();

    /** What a safetensors file says of itself. */
    Map<String, String> metadata();

    /**
     * Reads values, row-major, rounded to float32.
     *
     * @param tensors of {@link #root}, by any name
     * @return by the same names, in the same order
     * @throws BadWeightsException when the data is damaged
     */
    Map<String, Safetensors.Array> read(Map<String, StoredTensor> tensors) throws IOException;

    /**
     * Reads the data of tensors without keeping it, and compares its checksums.
     *
     * @return false when the file has none
     * @throws BadWeightsException when the data is damaged
     */
    boolean verify(Collection<StoredTensor> tensors) throws IOException;
}
