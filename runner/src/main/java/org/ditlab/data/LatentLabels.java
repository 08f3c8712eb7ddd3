package org.ditlab.data;

import java.util.Arrays;
import org.ditlab.study.StudyException;

/** The labels beside latents. */
final class LatentLabels {
    private static final long MOST_CLASSES = 1_000_000;

    private LatentLabels() {}

    /**
     * Whole numbers from 0, one for each latent.
     *
     * @param place opens the message of an error
     * @throws StudyException when they are others
     */
    static int[] of(String place, NpyArray array, int count) {
        if (array.type().floating()) {
            throw new StudyException(place + ": labels are of type "
                    + array.type().code() + "; expected whole numbers from 0, the classes");
        }
        if (array.size() != count) {
            throw new StudyException(
                    place + ": there are " + array.size() + " labels for " + count + " latents; expected one for each");
        }
        long[] labels = array.longs();
        for (int i = 0; i < count; i++) {
            if (labels[i] < 0 || labels[i] >= MOST_CLASSES) {
                throw new StudyException(place + ": label " + i + " is " + labels[i] + "; expected classes from 0 to "
                        + (MOST_CLASSES - 1));
            }
        }
        return Arrays.stream(labels).mapToInt(label -> (int) label).toArray();
    }
}
