package org.ditlab.train;

import java.util.Collections;
import java.util.List;
import org.ditlab.data.ImageDataset;

/** Images of meaningless bytes: what a benchmark trains on. */
record NoiseImages(int channels, int height, int width, int classes) implements ImageDataset {
    @Override
    public String name() {
        return "noise";
    }

    @Override
    public int size() {
        return 4096;
    }

    @Override
    public List<String> classNames() {
        return Collections.nCopies(classes, "noise");
    }

    @Override
    public int label(int index) {
        return index % classes;
    }

    @Override
    public void read(int index, byte[] out, int offset) {
        int state = index * 0x9E3779B9 + 1;
        for (int i = 0; i < channels * height * width; i++) {
            state = state * 1664525 + 1013904223;
            out[offset + i] = (byte) (state >>> 24);
        }
    }

    @Override
    public String fingerprint() {
        return "noise";
    }
}
