package org.ditlab.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where the bytes of a stored member of a zip lie, also beyond 4 GiB: what Java's own reader does not tell. Source: PKWARE,
 * APPNOTE 6.3.
 *
 * @param offset of the first byte in the file
 * @param checksum CRC-32 that the archive's directory states
 */
record ZipMember(long offset, long size, long checksum) {
    private static final int END = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int END_64 = 0x06064b50;
    private static final int END_64_LENGTH = 56;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int LOCATOR_64_LENGTH = 20;
    private static final int ENTRY = 0x02014b50;
    private static final int ENTRY_LENGTH = 46;
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_LENGTH = 30;
    private static final int ZIP_64 = 1;
    private static final int LONGEST_COMMENT = 0xffff;
    private static final long ELSEWHERE = 0xffffffffL;

    /**
     * Finds a stored member.
     *
     * @throws BadArrayException when there is none, or the directory is damaged
     */
    static ZipMember find(Path path, String name) throws IOException {
        try (FileChannel channel = FileChannel.open(path)) {
            return new Directory(channel).find(name);
        } catch (EOFException e) {
            throw new BadArrayException("its directory reaches beyond its end");
        }
    }

    private static final class Directory {
        private final FileChannel channel;
        private final long fileSize;

        Directory(FileChannel channel) throws IOException {
            this.channel = channel;
            fileSize = channel.size();
        }

        ZipMember find(String name) throws IOException {
            long at = start();
            byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
            while (true) {
                ByteBuffer entry = bytes(at, ENTRY_LENGTH);
                if (entry.getInt(0) != ENTRY) {
                    throw new BadArrayException("member " + name + " is not in its directory");
                }
                int nameLength = entry.getShort(28) & 0xffff;
                int extraLength = entry.getShort(30) & 0xffff;
                int commentLength = entry.getShort(32) & 0xffff;
                if (nameLength == wanted.length
                        && ByteBuffer.wrap(wanted).equals(bytes(at + ENTRY_LENGTH, nameLength))) {
                    return member(name, entry, bytes(at + ENTRY_LENGTH + nameLength, extraLength));
                }
                at += ENTRY_LENGTH + nameLength + extraLength + commentLength;
            }
        }

        /** Where the directory starts. */
        private long start() throws IOException {
            int length = (int) Math.min(fileSize, END_LENGTH + LONGEST_COMMENT);
            ByteBuffer tail = bytes(fileSize - length, length);
            for (int i = length - END_LENGTH; i >= 0; i--) {
                if (tail.getInt(i) == END && i + END_LENGTH + (tail.getShort(i + 20) & 0xffff) == length) {
                    long start = tail.getInt(i + 16) & ELSEWHERE;
                    return start == ELSEWHERE ? start64(fileSize - length + i) : start;
                }
            }
            throw new BadArrayException("it has no directory");
        }

        private long start64(long end) throws IOException {
            ByteBuffer locator = bytes(end - LOCATOR_64_LENGTH, LOCATOR_64_LENGTH);
            if (locator.getInt(0) != LOCATOR_64) {
                return ELSEWHERE;
            }
            ByteBuffer end64 = bytes(locator.getLong(8), END_64_LENGTH);
            if (end64.getInt(0) != END_64) {
                throw new BadArrayException("its ZIP64 directory is damaged");
            }
            return end64.getLong(48);
        }

        private ZipMember member(String name, ByteBuffer entry, ByteBuffer extra) throws IOException {
            long size = entry.getInt(24) & ELSEWHERE;
            long packed = entry.getInt(20) & ELSEWHERE;
            long local = entry.getInt(42) & ELSEWHERE;
            while (extra.remaining() >= 4) {
                int kind = extra.getShort() & 0xffff;
                int length = extra.getShort() & 0xffff;
                if (length > extra.remaining()) {
                    break;
                }
                ByteBuffer field = extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
                extra.position(extra.position() + length);
                if (kind == ZIP_64) {
                    size = size == ELSEWHERE && field.remaining() >= 8 ? field.getLong() : size;
                    packed = packed == ELSEWHERE && field.remaining() >= 8 ? field.getLong() : packed;
                    local = local == ELSEWHERE && field.remaining() >= 8 ? field.getLong() : local;
                }
            }
            if (entry.getShort(10) != 0 || size != packed || (entry.getShort(8) & 1) != 0) {
                throw new BadArrayException("member " + name + " is compressed or encrypted");
            }
            ByteBuffer head = bytes(local, LOCAL_LENGTH);
            if (head.getInt(0) != LOCAL) {
                throw new BadArrayException("member " + name + " is not where its directory says");
            }
            long offset = local + LOCAL_LENGTH + (head.getShort(26) & 0xffff) + (head.getShort(28) & 0xffff);
            if (size < 0 || offset > fileSize || size > fileSize - offset) {
                throw new BadArrayException("member " + name + " reaches beyond the file's end");
            }
            return new ZipMember(offset, size, entry.getInt(16) & 0xffffffffL);
        }

        private ByteBuffer bytes(long at, int count) throws IOException {
            if (at < 0 || at > fileSize - count) {
                throw new EOFException();
            }
            ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, at + buffer.position()) < 0) {
                    throw new EOFException();
                }
            }
            return buffer.flip();
        }
    }
}
