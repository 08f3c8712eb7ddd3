package org.ditlab.metric;

import java.util.Arrays;

/**
 * The generator that reference evaluators draw their subsets and shuffles with: MT19937, seeded by {@code init_genrand}, as
 * in numpy's {@code RandomState(seed)}. Only what those evaluators ask of it; everything else of this program draws from
 * {@link org.ditlab.tensor.random.Streams}. Not for several threads at once. Source: Matsumoto &amp; Nishimura 1998.
 */
public final class MersenneTwister {
    private static final int LENGTH = 624;
    private static final int OFFSET = 397;

    private final int[] state = new int[LENGTH];
    private int next = LENGTH;

    /** The stream of a seed, an unsigned number of 32 bits. */
    public MersenneTwister(long seed) {
        if (seed < 0 || seed >= 1L << 32) {
            throw new IllegalArgumentException("a seed of " + seed + " is not a number of 32 bits");
        }
        state[0] = (int) seed;
        for (int i = 1; i < LENGTH; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    /** The next 32 bits, as an unsigned number. */
    public long next() {
        if (next == LENGTH) {
            twist();
            next = 0;
        }
        int y = state[next++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        y ^= y >>> 18;
        return Integer.toUnsignedLong(y);
    }

    private void twist() {
        for (int i = 0; i < LENGTH; i++) {
            int y = (state[i] & 0x80000000) | (state[(i + 1) % LENGTH] & 0x7fffffff);
            state[i] = state[(i + OFFSET) % LENGTH] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
        }
    }

    /** An integer from 0 to {@code last}, both included: masked draws, of which those above it are thrown away. */
    private int upTo(int last) {
        int mask = last == 0 ? 0 : -1 >>> Integer.numberOfLeadingZeros(last);
        while (true) {
            int value = (int) next() & mask;
            if (value <= last) {
                return value;
            }
        }
    }

    /** A shuffle of 0..n-1, numpy's {@code permutation(n)}. */
    public int[] permutation(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            order[i] = i;
        }
        for (int i = n - 1; i > 0; i--) {
            int j = upTo(i);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        return order;
    }

    /** Different numbers out of 0..n-1, numpy's {@code choice(n, size, replace=False)}: the head of a permutation. */
    public int[] choice(int n, int size) {
        if (size < 0 || size > n) {
            throw new IllegalArgumentException(size + " different numbers out of " + n);
        }
        return Arrays.copyOf(permutation(n), size);
    }
}
