package org.ditlab.metric;

import org.ditlab.study.StudyException;

/** Vectors that are looked at as they are read: a number that is not finite ends the reading. */
record FiniteRows(String name, Rows rows) implements Rows {
    @Override
    public int count() {
        return rows.count();
    }

    @Override
    public int dimensions() {
        return rows.dimensions();
    }

    /** Reads vectors, see {@link Rows}. */
    @Override
    public void read(int from, int count, float[] out) {
        rows.read(from, count, out);
        int d = dimensions();
        for (int i = 0; i < count * d; i++) {
            if (!Float.isFinite(out[i])) {
                throw new StudyException(name + ": feature " + i % d + " of image " + (from + i / d) + " is " + out[i]
                        + ", expected finite numbers; look at that image and at the extractor's weights");
            }
        }
    }

    /** Two sets that are to be compared. */
    static void requireSameDimensions(Rows reference, Rows samples) {
        if (reference.dimensions() != samples.dimensions()) {
            throw new StudyException("reference: features of " + reference.dimensions() + " dimensions, samples: of "
                    + samples.dimensions() + "; take both from the same extractor");
        }
    }
}
