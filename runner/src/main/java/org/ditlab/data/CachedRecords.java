package org.ditlab.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.ditlab.study.StudyException;

/**
 * A file of the cache, mapped into memory: {@value #START} bytes with the magic number, the records, a {@link RecordsHead},
 * and {@value #END} bytes that say where that is and what its checksum is. What is small is compared with its checksums when it
 * is opened; every record when it is read.
 */
final class CachedRecords {
    static final int START = 64;
    static final int END = 24;

    /** DITLAB, format 1. */
    static final long MAGIC = 0x4449_544c_4142_0001L;

    private static final long SMALL = 256L << 20;
    private static final int SAMPLED = 256;

    private final Path file;
    private final RecordsHead head;
    private final MappedRecords records;

    private CachedRecords(Path file, RecordsHead head) throws IOException {
        this.file = file;
        this.head = head;
        records = new MappedRecords(file, START, head.labels().length, head.length());
    }

    /**
     * Opens a file.
     *
     * @throws NoSuchFileException when there is none
     * @throws IOException when it is cut, damaged, or of other data
     */
    static CachedRecords open(Path file, String fingerprint) throws IOException {
        RecordsHead head;
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            ByteBuffer end = size < START + END ? ByteBuffer.allocate(END) : read(channel, size - END, END);
            long offset = end.getLong(0);
            int length = end.getInt(8);
            if (end.getLong(16) != MAGIC || offset < START || length < 0 || offset + length + END != size) {
                throw new IOException("it is cut off or no file of the cache");
            }
            byte[] bytes = read(channel, offset, length).array();
            if (RecordsWriter.checksum(bytes, 0, length) != end.getInt(12)) {
                throw new IOException("its head is damaged");
            }
            head = RecordsHead.of(bytes);
            if (!head.fingerprint().equals(fingerprint)
                    || head.length() < 1
                    || START + (long) head.labels().length * head.length() != offset) {
                throw new IOException("it is of other data");
            }
        }
        CachedRecords opened = new CachedRecords(file, head);
        opened.check();
        return opened;
    }

    private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw new IOException("it is cut off");
            }
        }
        return buffer;
    }

    /** Reads all records of a small file, some of a large one. */
    private void check() throws IOException {
        int count = head.labels().length;
        int looked = (long) count * head.length() <= SMALL ? count : SAMPLED;
        boolean whole = IntStream.range(0, looked)
                .parallel()
                .map(i -> (int) ((long) i * count / looked))
                .allMatch(i -> whole(i, new byte[head.length()], 0));
        if (!whole) {
            throw new IOException("its records are damaged");
        }
    }

    private boolean whole(int index, byte[] out, int offset) {
        records.read(index, out, offset);
        return RecordsWriter.checksum(out, offset, head.length()) == head.checksums()[index];
    }

    RecordsHead head() {
        return head;
    }

    /**
     * Takes a record out; safe from several threads.
     *
     * @throws StudyException when it is damaged; the file is removed then, so that it is built anew next time
     */
    void read(int index, byte[] out, int offset) {
        if (!whole(index, out, offset)) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new StudyException(file + ": record " + index + " is damaged; delete the file and run again");
            }
            throw new StudyException(
                    file + ": record " + index + " is damaged; the file was removed, run again to build it anew");
        }
    }
}
