package org.ditlab.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Records of one length, one after the other in a file that is mapped into memory: nothing is read before it is asked for. */
final class MappedRecords {
    private static final int SLAB = 1 << 30;

    private final int length;
    private final int perSlab;
    private final ByteBuffer[] slabs;

    /**
     * Maps part of a file.
     *
     * @param offset bytes before the first record
     * @param length bytes of a record, from 1 to 1 GiB
     */
    MappedRecords(Path file, long offset, int count, int length) throws IOException {
        this.length = length;
        perSlab = SLAB / length;
        slabs = new ByteBuffer[(int) (((long) count + perSlab - 1) / perSlab)];
        try (FileChannel channel = FileChannel.open(file)) {
            for (int i = 0; i < slabs.length; i++) {
                long first = (long) i * perSlab;
                long here = Math.min(perSlab, count - first);
                slabs[i] = channel.map(FileChannel.MapMode.READ_ONLY, offset + first * length, here * length);
            }
        }
    }

    /** Takes a record out; safe from several threads. */
    void read(int index, byte[] out) {
        read(index, out, 0);
    }

    /** Takes a record out, from a place on; safe from several threads. */
    void read(int index, byte[] out, int offset) {
        slabs[index / perSlab].get(index % perSlab * length, out, offset, length);
    }
}
