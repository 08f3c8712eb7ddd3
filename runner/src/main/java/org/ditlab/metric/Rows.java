package org.ditlab.metric;

/** Vectors of one length, read in blocks: in memory, or on disk where there are more than memory holds. */
public interface Rows {
    int count();

    /** d, the length of a vector. */
    int dimensions();

    /** Reads vectors {@code from} to {@code from + count - 1} into the front of {@code out}, (count, d) row-major. */
    void read(int from, int count, float[] out);

    /** The first vectors only. */
    default Rows first(int wanted) {
        if (wanted > count()) {
            throw new IllegalArgumentException("the first " + wanted + " of " + count() + " vectors");
        }
        Rows all = this;
        return new Rows() {
            @Override
            public int count() {
                return wanted;
            }

            @Override
            public int dimensions() {
                return all.dimensions();
            }

            @Override
            public void read(int from, int some, float[] out) {
                all.read(from, some, out);
            }
        };
    }

    /** Some of the vectors. */
    default float[] block(int from, int count) {
        float[] block = new float[Math.multiplyExact(count, dimensions())];
        read(from, count, block);
        return block;
    }

    /** Vectors in memory, (count, d) row-major; the array is not copied. */
    static Rows of(float[] values, int count, int dimensions) {
        if (values.length != (long) count * dimensions) {
            throw new IllegalArgumentException(
                    values.length + " numbers are not " + count + " vectors of " + dimensions);
        }
        return new Rows() {
            @Override
            public int count() {
                return count;
            }

            @Override
            public int dimensions() {
                return dimensions;
            }

            @Override
            public void read(int from, int wanted, float[] out) {
                System.arraycopy(values, from * dimensions, out, 0, wanted * dimensions);
            }
        };
    }
}
