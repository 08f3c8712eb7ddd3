package org.ditlab.metric.evaluation;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.ditlab.data.Fingerprint;
import org.ditlab.data.ImageSet;

/** Images of noise in memory. */
final class MemoryImages implements ImageSet {
    private final int count;
    private final int size;
    private final byte[] pixels;

    MemoryImages(int count, int size, long seed) {
        this.count = count;
        this.size = size;
        pixels = new byte[count * 3 * size * size];
        new Random(seed).nextBytes(pixels);
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int height() {
        return size;
    }

    @Override
    public int width() {
        return size;
    }

    @Override
    public void read(int from, int wanted, byte[] out) {
        int length = 3 * size * size;
        System.arraycopy(pixels, from * length, out, 0, wanted * length);
    }

    @Override
    public Optional<List<String>> labels() {
        return Optional.empty();
    }

    @Override
    public String fingerprint() {
        return new Fingerprint().add(pixels).hex();
    }

    @Override
    public void close() {}
}
