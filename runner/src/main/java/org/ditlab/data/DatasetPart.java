package org.ditlab.data;

import java.util.List;
import java.util.stream.IntStream;
import org.ditlab.study.StudyException;

/**
 * Either part of a data set of which some samples are held out, spread evenly over it.
 *
 * @param indices of its samples in the whole
 */
record DatasetPart(Dataset whole, int[] indices) implements Dataset {
    /**
     * Splits a data set.
     *
     * @param held number of samples held out, 1 at least
     * @throws StudyException when none are left for training
     */
    static Dataset of(Dataset whole, Split split, int held) {
        int size = whole.size();
        if (held >= size) {
            throw new StudyException(whole.name() + ": data.held-out is " + held + ", but there are " + size
                    + " samples only; set it below that");
        }
        // A sample that ends one of `held` equal parts is held out.
        return new DatasetPart(
                whole,
                IntStream.range(0, size)
                        .filter(i -> ((i + 1L) * held / size > (long) i * held / size) == (split == Split.TEST))
                        .toArray());
    }

    @Override
    public String name() {
        return whole.name();
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public int channels() {
        return whole.channels();
    }

    @Override
    public int height() {
        return whole.height();
    }

    @Override
    public int width() {
        return whole.width();
    }

    @Override
    public List<String> classNames() {
        return whole.classNames();
    }

    @Override
    public int label(int index) {
        return whole.label(indices[index]);
    }

    @Override
    public void read(int index, float[] out, int offset) {
        whole.read(indices[index], out, offset);
    }

    /** That of the whole, to which both parts belong. */
    @Override
    public String fingerprint() {
        return whole.fingerprint();
    }
}
