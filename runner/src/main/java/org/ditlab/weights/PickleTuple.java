package org.ditlab.weights;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A tuple of a pickle. */
record PickleTuple(List<@Nullable Object> items) {
    private static final int HIGHEST_RANK = 32;

    /** The items as the extents or strides of a tensor. */
    List<Long> extents() throws BadWeightsException {
        if (items.size() > HIGHEST_RANK) {
            throw new BadWeightsException("a tensor has " + items.size() + " axes");
        }
        List<Long> numbers = new ArrayList<>(items.size());
        for (Object item : items) {
            if (!(item instanceof Long number)) {
                throw new BadWeightsException("the shape or the strides of a tensor are no whole numbers");
            }
            numbers.add(number);
        }
        return numbers;
    }
}
