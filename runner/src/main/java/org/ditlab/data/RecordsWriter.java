package org.ditlab.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Writes a file of the cache beside its place and renames it when it is whole, so that a killed process leaves nothing that
 * looks finished and two processes do not disturb each other.
 */
final class RecordsWriter implements Closeable {
    static final String PARTIAL = ".partial";
    private static final int BUFFER = 1 << 20;

    private final Path partial;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private int[] checksums = new int[1024];
    private int count;

    RecordsWriter(Path directory) throws IOException {
        partial = directory.resolve(UUID.randomUUID() + PARTIAL);
        channel = FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        write(ByteBuffer.allocate(CachedRecords.START)
                .putLong(CachedRecords.MAGIC)
                .position(0));
    }

    /** Appends a record; all have one length. */
    void append(byte[] record) throws IOException {
        if (count == checksums.length) {
            checksums = Arrays.copyOf(checksums, 2 * count);
        }
        checksums[count++] = checksum(record, 0, record.length);
        write(ByteBuffer.wrap(record));
    }

    static int checksum(byte[] bytes, int offset, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, offset, length);
        return (int) checksum.getValue();
    }

    /** Completes the file and puts it in its place. */
    void finish(
            Path file, String fingerprint, String form, int length, int train, List<String> classNames, int[] labels)
            throws IOException {
        byte[] head = new RecordsHead(
                        fingerprint, form, length, train, classNames, labels, Arrays.copyOf(checksums, count))
                .bytes();
        write(ByteBuffer.wrap(head));
        write(ByteBuffer.allocate(CachedRecords.END)
                .putLong(CachedRecords.START + (long) count * length)
                .putInt(head.length)
                .putInt(checksum(head, 0, head.length))
                .putLong(CachedRecords.MAGIC)
                .flip());
        drain();
        channel.force(true);
        channel.close();
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int part = Math.min(bytes.remaining(), buffer.remaining());
            buffer.put(bytes.slice(bytes.position(), part));
            bytes.position(bytes.position() + part);
            if (!buffer.hasRemaining()) {
                drain();
            }
        }
    }

    private void drain() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /** Removes what was not finished. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(partial);
    }
}
