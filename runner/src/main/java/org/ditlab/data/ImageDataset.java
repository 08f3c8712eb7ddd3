package org.ditlab.data;

/** Labelled images: samples that can be shown and measured as they are. */
public interface ImageDataset extends Dataset {
    /** Writes one image, bytes 0..255, channels first (C, H, W). */
    void read(int index, byte[] out, int offset);

    /** Bytes 0..255 become [-1, 1]. */
    @Override
    default void read(int index, float[] out, int offset) {
        byte[] image = new byte[channels() * height() * width()];
        read(index, image, 0);
        for (int i = 0; i < image.length; i++) {
            out[offset + i] = (image[i] & 0xff) / 127.5f - 1;
        }
    }

    /** How pictures came to this size, for protocols: {@code none} when they were made at it. */
    default String resize() {
        return "none";
    }
}
