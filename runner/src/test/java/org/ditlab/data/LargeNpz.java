package org.ditlab.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Writes an {@code .npz} file of any size with ZIP64, of which only the bytes that are given take room on the disk. */
final class LargeNpz {
    private LargeNpz() {}

    /** One stored member arr_0 of zeros, bytes (shape), but for those of {@code last}, at its end; the checksum is wrong. */
    static void write(Path path, byte[] last, int... shape) throws IOException {
        byte[] name = "arr_0.npy".getBytes(StandardCharsets.US_ASCII);
        String text = "{'descr': '|u1', 'fortran_order': False, 'shape': " + shapeText(shape) + ", }";
        byte[] header = new byte[118];
        ByteBuffer.wrap(header)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) 108)
                .put(String.format("%-107s\n", text).getBytes(StandardCharsets.US_ASCII));
        long data = 1;
        for (int extent : shape) {
            data *= extent;
        }
        long size = header.length + data;
        ByteBuffer local = little(30 + name.length + 20)
                .putInt(0x04034b50)
                .putShort((short) 45)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt(1)
                .putInt(-1)
                .putInt(-1)
                .putShort((short) name.length)
                .putShort((short) 20)
                .put(name)
                .putShort((short) 1)
                .putShort((short) 16)
                .putLong(size)
                .putLong(size);
        long directory = local.capacity() + size;
        ByteBuffer end = little(46 + name.length + 20 + 56 + 20 + 22)
                .putInt(0x02014b50)
                .putShort((short) 45)
                .putShort((short) 45)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt(1)
                .putInt(-1)
                .putInt(-1)
                .putShort((short) name.length)
                .putShort((short) 20)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt(0)
                .put(name)
                .putShort((short) 1)
                .putShort((short) 16)
                .putLong(size)
                .putLong(size)
                .putInt(0x06064b50)
                .putLong(44)
                .putShort((short) 45)
                .putShort((short) 45)
                .putInt(0)
                .putInt(0)
                .putLong(1)
                .putLong(1)
                .putLong(46 + name.length + 20)
                .putLong(directory)
                .putInt(0x07064b50)
                .putInt(0)
                .putLong(directory + 46 + name.length + 20)
                .putInt(1)
                .putInt(0x06054b50)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(46 + name.length + 20)
                .putInt(-1)
                .putShort((short) 0);
        try (FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(local.flip(), 0);
            channel.write(ByteBuffer.wrap(header), local.capacity());
            channel.write(ByteBuffer.wrap(last), directory - last.length);
            channel.write(end.flip(), directory);
        }
    }

    private static String shapeText(int[] shape) {
        return Arrays.toString(shape).replace('[', '(').replace(']', ')');
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
