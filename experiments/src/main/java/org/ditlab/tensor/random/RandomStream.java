package org.ditlab.tensor.random;

/**
 * One stream of a counter-based generator: Philox4x32 with 10 rounds. A draw is addressed by name, index (of an image or
 * sample) and step, and is a pure function of these. Immutable. Source: Salmon et al., "Parallel random numbers: as easy
 * as 1, 2, 3", SC 2011.
 */
public final class RandomStream {
    private static final double TWO_POW_MINUS_32 = 0x1p-32;

    private final long key;

    RandomStream(long key) {
        this.key = key;
    }

    /** The sub-stream of a name, for instance of one parameter. */
    public RandomStream named(String name) {
        return new RandomStream(Streams.mix(key ^ Streams.hash(name)));
    }

    /** Fills with standard normal values, by Box and Muller's transform. */
    public void normal(long index, long step, float[] out, int from, int count) {
        int[] block = new int[4];
        for (int i = 0; i < count; i += 4) {
            philox(i >>> 2, index, step, block);
            for (int pair = 0; pair < 2; pair++) {
                double radius = Math.sqrt(-2 * StrictMath.log(open(block[2 * pair])));
                double angle = 2 * Math.PI * closed(block[2 * pair + 1]);
                put(out, from, count, i + 2 * pair, radius * StrictMath.cos(angle));
                put(out, from, count, i + 2 * pair + 1, radius * StrictMath.sin(angle));
            }
        }
    }

    /** Fills with uniform values in [0, 1). */
    public void uniform(long index, long step, float[] out, int from, int count) {
        int[] block = new int[4];
        for (int i = 0; i < count; i += 4) {
            philox(i >>> 2, index, step, block);
            for (int j = 0; j < 4; j++) {
                // 24 bits, exact in float32, so that rounding never reaches 1.
                put(out, from, count, i + j, (block[j] >>> 8) * 0x1p-24);
            }
        }
    }

    /** A uniform value in [0, 1) with 53 bits; {@code position} tells the draws of one address apart. */
    public double uniform(long index, long step, int position) {
        int[] block = new int[4];
        philox(position, index, step, block);
        long bits = ((block[0] & 0xffffffffL) << 21) ^ (block[1] >>> 11);
        return (bits & ((1L << 53) - 1)) * 0x1p-53;
    }

    /** A uniform integer in [0, bound). */
    public int integer(long index, long step, int position, int bound) {
        return (int) (uniform(index, step, position) * bound);
    }

    /** A uniformly random order of 0..n-1 (Fisher and Yates). */
    public int[] permutation(int n, long index) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            order[i] = i;
        }
        for (int i = n - 1; i > 0; i--) {
            int j = integer(index, 0, i, i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        return order;
    }

    private static void put(float[] out, int from, int count, int i, double value) {
        if (i < count) {
            out[from + i] = (float) value;
        }
    }

    /** In (0, 1]. */
    private static double open(int bits) {
        return ((bits & 0xffffffffL) + 1) * TWO_POW_MINUS_32;
    }

    /** In [0, 1). */
    private static double closed(int bits) {
        return (bits & 0xffffffffL) * TWO_POW_MINUS_32;
    }

    private void philox(int position, long index, long step, int[] out) {
        out[0] = position;
        out[1] = (int) step;
        out[2] = (int) index;
        out[3] = (int) (index >>> 32) ^ Integer.rotateLeft((int) (step >>> 32), 16);
        Philox.encrypt(out, (int) key, (int) (key >>> 32));
    }
}
