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
        return range(0, wanted);
    }

    /** Vectors {@code from} to {@code from + count - 1}, numbered anew. */
    default Rows range(int from, int count) {
        if (from < 0 || count < 0 || count > count() - from) {
            throw new IllegalArgumentException(count + " of " + count() + " vectors, from number " + from);
        }
        return new RowRange(this, from, count);
    }

    /** Takes some vectors: the number of the first, how many, and (count, d) of them. */
    @FunctionalInterface
    interface Block {
        void accept(int from, int count, float[] rows);
    }

    /** Reads all vectors in order, at most so many at once. */
    default void eachBlock(int most, Block block) {
        for (int from = 0; from < count(); from += most) {
            int count = Math.min(most, count() - from);
            block.accept(from, count, block(from, count));
        }
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
