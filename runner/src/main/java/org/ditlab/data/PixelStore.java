package org.ditlab.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Decoded images of one size: in the heap when they are few, else in a temporary file that is mapped into memory, so that
 * the system may put them aside. Different images may be written and read by different threads.
 */
final class PixelStore {
    static final long MOST_IN_HEAP = 256L << 20;
    private static final long SLAB = 1L << 30;

    private final int length;
    private final int perSlab;
    private final ByteBuffer[] slabs;

    /**
     * Makes room.
     *
     * @param count images
     * @param length bytes of one image
     */
    PixelStore(int count, int length) throws IOException {
        this(count, length, MOST_IN_HEAP);
    }

    /** Makes room, in the heap up to a number of bytes. */
    PixelStore(int count, int length, long mostInHeap) throws IOException {
        this.length = length;
        perSlab = (int) Math.max(1, SLAB / length);
        slabs = new ByteBuffer[(count + perSlab - 1) / perSlab];
        long total = (long) count * length;
        if (total <= mostInHeap) {
            for (int i = 0; i < slabs.length; i++) {
                slabs[i] = ByteBuffer.allocate(slabLength(i, count));
            }
            return;
        }
        Path file = Files.createTempFile("ditlab-images", ".bin");
        long free = Files.getFileStore(file).getUsableSpace();
        if (free < total) {
            // Beyond the end of a full disk the system would kill the process.
            Files.delete(file);
            throw new IOException(
                    "%.1f GB are needed in %s, %.1f GB are free".formatted(total / 1e9, file.getParent(), free / 1e9));
        }
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
            for (int i = 0; i < slabs.length; i++) {
                long start = (long) i * perSlab * length;
                slabs[i] = channel.map(FileChannel.MapMode.READ_WRITE, start, slabLength(i, count));
            }
        }
    }

    private int slabLength(int slab, int count) {
        return Math.min(perSlab, count - slab * perSlab) * length;
    }

    void put(int index, byte[] image) {
        slab(index).put(image);
    }

    void get(int index, byte[] out, int offset) {
        slab(index).get(out, offset, length);
    }

    private ByteBuffer slab(int index) {
        return slabs[index / perSlab].duplicate().position(index % perSlab * length);
    }
}
