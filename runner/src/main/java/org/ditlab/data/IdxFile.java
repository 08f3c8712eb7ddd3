package org.ditlab.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.ditlab.study.StudyException;

/**
 * A file of unsigned bytes in MNIST's format, packed by gzip or not: two zeros, the type 8, the number of axes, each axis as
 * a big-endian int, the bytes. Source: LeCun, Cortes and Burges, "The MNIST database", section file formats.
 *
 * @param packed whether it is packed
 * @param shape (N) of labels, (N, H, W) of images
 * @param unpacked bytes of the file without its packing, as its head announces them
 */
record IdxFile(Path path, boolean packed, int[] shape, long unpacked) {
    private static final int UNSIGNED_BYTES = 8;
    private static final int LARGEST_SIDE = 4096;

    /** Gzip packs by a factor of 1032 at most. */
    private static final long MOST_PACKED = 1040;

    /**
     * Looks at a file; empty when it is none of this format.
     *
     * @throws StudyException when it is one that cannot be read, or announces more than it can hold
     */
    static Optional<IdxFile> look(Path path) throws IOException {
        boolean packed;
        try (InputStream in = Files.newInputStream(path)) {
            packed = in.read() == 0x1f && in.read() == 0x8b;
        }
        try (DataInputStream in = new DataInputStream(open(path, packed))) {
            if (in.readUnsignedShort() != 0) {
                return Optional.empty();
            }
            int type = in.readUnsignedByte();
            int axes = in.readUnsignedByte();
            if (type < UNSIGNED_BYTES || type > 14 || axes < 1 || axes > 4) {
                return Optional.empty();
            }
            if (type != UNSIGNED_BYTES || axes != 1 && axes != 3) {
                throw new StudyException(path + ": is an IDX file of type " + type + " with " + axes
                        + " axes; expected images (type 8, 3 axes) or labels (type 8, 1 axis)");
            }
            int[] shape = new int[axes];
            long unpacked = 4 + 4 * axes;
            long elements = 1;
            for (int i = 0; i < axes; i++) {
                shape[i] = in.readInt();
                if (shape[i] < 1 || i > 0 && shape[i] > LARGEST_SIDE) {
                    throw new StudyException(path + ": axis " + i + " is " + shape[i] + " long; expected 1 to "
                            + (i > 0 ? LARGEST_SIDE : Integer.MAX_VALUE) + "; take an undamaged copy");
                }
                elements *= shape[i];
            }
            return Optional.of(checked(new IdxFile(path, packed, shape, unpacked + elements)));
        } catch (EOFException e) {
            return Optional.empty();
        } catch (ZipException e) {
            throw new StudyException(path + ": cannot be unpacked (" + e.getMessage() + "); take an undamaged copy");
        }
    }

    private static IdxFile checked(IdxFile file) throws IOException {
        long size = Files.size(file.path);
        boolean fits = file.packed ? file.unpacked <= size * MOST_PACKED : file.unpacked == size;
        if (!fits) {
            throw new StudyException(file.path + ": its head announces " + file.unpacked + " bytes, but it has " + size
                    + (file.packed ? " packed" : "") + "; take an undamaged copy");
        }
        return file;
    }

    private static InputStream open(Path path, boolean packed) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
        try {
            return packed ? new GZIPInputStream(in, 1 << 16) : in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    int count() {
        return shape[0];
    }

    boolean images() {
        return shape.length == 3;
    }

    /** The bytes behind the head. */
    InputStream body() throws IOException {
        InputStream in = open(path, packed);
        in.skipNBytes(4 + 4L * shape.length);
        return in;
    }

    /** An image of this file. */
    RawImage image(int number, int label, byte[] pixels) {
        return new RecordImage(
                RecordImage.name(number),
                path.getFileName() + " number " + number,
                label,
                pixels,
                0,
                1,
                shape[1],
                shape[2],
                null);
    }

    /** Reads a file to its end, by which a packed one's checksum is checked. */
    void check() throws IOException {
        try (InputStream in = body()) {
            long left = unpacked - 4 - 4L * shape.length;
            in.skipNBytes(left);
            ended(in);
        } catch (EOFException | ZipException e) {
            throw damaged(e);
        }
    }

    /** All labels. */
    byte[] labels() throws IOException {
        try (InputStream in = body()) {
            byte[] labels = in.readNBytes(count());
            ended(in, labels.length);
            return labels;
        } catch (EOFException | ZipException e) {
            throw damaged(e);
        }
    }

    /** Checks that a stream gave all elements and holds no more. */
    private void ended(InputStream in, int read) throws IOException {
        if (read < count() || in.read() >= 0) {
            throw new StudyException(path + ": does not hold the " + count()
                    + " elements that its head announces; take an undamaged copy");
        }
    }

    /** Checks that a stream of images is at its end. */
    void ended(InputStream in) throws IOException {
        ended(in, count());
    }

    StudyException damaged(IOException e) {
        return new StudyException(path + ": ends early or is damaged"
                + (e.getMessage() == null ? "" : " (" + e.getMessage() + ")") + "; take an undamaged copy");
    }
}
