package org.ditlab.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/**
 * Images in an array of bytes (N, H, W, 3): mapped into memory where they lie in the file as they are, else unpacked once into
 * a temporary file that goes with the process.
 */
final class ArrayImageSet implements ImageSet {
    /** Changes with every change of what is hashed. */
    private static final String VERSION = "image-array-1";

    private static final long MOST_IN_HEAP = 16 << 20;

    private final Path path;
    private final ImageArray array;
    private final int count;
    private final int height;
    private final int width;
    private final Records records;
    private final int @Nullable [] labels;
    private @Nullable String fingerprint;

    private ArrayImageSet(Path path, ImageArray array, Records records, int @Nullable [] labels) {
        this.path = path;
        this.array = array;
        int[] shape = array.header().shape();
        count = shape[0];
        height = shape[1];
        width = shape[2];
        this.records = records;
        this.labels = labels;
    }

    /** Images as they are stored, channels last; safe from several threads. */
    @FunctionalInterface
    private interface Records {
        void read(int index, byte[] out) throws IOException;
    }

    static ArrayImageSet open(Path path, ImageArray array) throws IOException {
        int[] shape = array.header().shape();
        int length = 3 * shape[1] * shape[2];
        Records records;
        if (array.offset().isPresent()) {
            MappedRecords mapped = new MappedRecords(path, array.offset().getAsLong(), shape[0], length);
            records = mapped::read;
        } else {
            PixelStore store =
                    Npz.read(path, array.name(), (in, size) -> unpack(in, size, array.header(), shape[0], length));
            records = (index, out) -> store.get(index, out, 0);
        }
        int[] labels = null;
        if (array.labels() != null) {
            long[] read = Npz.read(path, array.labels()).longs();
            labels = new int[read.length];
            for (int i = 0; i < read.length; i++) {
                if (read[i] < 0 || read[i] > Integer.MAX_VALUE) {
                    throw new StudyException(path + ", " + array.labels() + ": label " + i + " is " + read[i]
                            + "; expected classes from 0");
                }
                labels[i] = (int) read[i];
            }
        }
        return new ArrayImageSet(path, array, records, labels);
    }

    private static PixelStore unpack(InputStream in, long size, NpyHeader expected, int count, int length)
            throws IOException {
        NpyHeader header = NpyHeader.read(in, size);
        if (header.dataLength() != expected.dataLength()) {
            throw new BadArrayException("it has changed while it was read");
        }
        PixelStore store = new PixelStore(count, length, MOST_IN_HEAP);
        byte[] image = new byte[length];
        for (int i = 0; i < count; i++) {
            if (in.readNBytes(image, 0, length) < length) {
                throw new BadArrayException("it ends early");
            }
            store.put(i, image);
        }
        if (in.read() >= 0) {
            throw new BadArrayException("it unpacks to more bytes than it announces");
        }
        return store;
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public int width() {
        return width;
    }

    /** By all processors. */
    @Override
    public void read(int from, int number, byte[] out) {
        IntStream.range(0, number).parallel().forEach(i -> {
            try {
                planes(from + i, out, i * 3 * height * width);
            } catch (IOException e) {
                throw new StudyException(path + ": image " + (from + i) + " cannot be read: " + e.getMessage());
            }
        });
    }

    private void planes(int index, byte[] out, int at) throws IOException {
        int plane = height * width;
        byte[] image = new byte[3 * plane];
        records.read(index, image);
        for (int pixel = 0, in = 0; pixel < plane; pixel++) {
            out[at + pixel] = image[in++];
            out[at + plane + pixel] = image[in++];
            out[at + 2 * plane + pixel] = image[in++];
        }
    }

    @Override
    public Optional<List<String>> labels() {
        return labels == null
                ? Optional.empty()
                : Optional.of(Arrays.stream(labels).mapToObj(String::valueOf).toList());
    }

    /**
     * Reads everything once; equal for the same images and labels, compressed or not.
     *
     * @throws StudyException when the archive's checksum is another
     */
    @Override
    public synchronized String fingerprint() {
        if (fingerprint == null) {
            try {
                fingerprint = computed();
            } catch (IOException e) {
                throw new StudyException(path + ": images cannot be read: " + e.getMessage() + "; take another copy");
            }
        }
        return fingerprint;
    }

    private String computed() throws IOException {
        Fingerprint all = new Fingerprint().add(VERSION).add(count).add(height).add(width);
        CRC32 checksum = new CRC32();
        if (array.offset().isPresent()) {
            checksum.update(head());
        }
        byte[] image = new byte[3 * height * width];
        for (int i = 0; i < count; i++) {
            records.read(i, image);
            all.add(image);
            checksum.update(image);
        }
        if (array.checksum().isPresent() && array.checksum().getAsLong() != checksum.getValue()) {
            throw new StudyException(
                    path + ": the checksum of " + array.name() + " is not the archive's; take an undamaged copy");
        }
        if (labels != null) {
            for (int label : labels) {
                all.add(label);
            }
        }
        return all.hex();
    }

    /** The bytes before the images, which the archive's checksum covers. */
    private byte[] head() throws IOException {
        ByteBuffer head = ByteBuffer.allocate(array.header().length());
        long at = array.offset().getAsLong() - head.capacity();
        try (FileChannel channel = FileChannel.open(path)) {
            while (head.hasRemaining()) {
                if (channel.read(head, at + head.position()) < 0) {
                    throw new EOFException("it ends early");
                }
            }
        }
        return head.array();
    }

    @Override
    public List<String> notes() {
        return array.notes();
    }

    @Override
    public void close() {}
}
