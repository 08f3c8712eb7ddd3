package org.ditlab.tensor.random;

import java.nio.charset.StandardCharsets;

/**
 * The named random streams of one seed: {@code init}, {@code data}, {@code noise}, {@code time}, {@code sample},
 * {@code dropout}. Two trials with the same seed draw the same numbers from the same stream, whatever else differs.
 */
public final class Streams {
    private final long seed;

    public Streams(long seed) {
        this.seed = seed;
    }

    public long seed() {
        return seed;
    }

    /** The stream of this name; equal names give equal streams. */
    public RandomStream stream(String name) {
        return new RandomStream(mix(seed ^ hash(name)));
    }

    /** FNV-1a over UTF-8, 64 bits. */
    static long hash(String text) {
        long h = 0xcbf29ce484222325L;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            h = (h ^ (b & 0xff)) * 0x100000001b3L;
        }
        return h;
    }

    /** The finaliser of splitmix64. */
    static long mix(long z) {
        long x = z + 0x9E3779B97F4A7C15L;
        x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
        x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
        return x ^ (x >>> 31);
    }
}
