package org.ditlab.data;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/**
 * {@code .npz} files: a zip with one {@code .npy} member per array. Written as {@code numpy.savez} does (members stored),
 * with constant times, so that equal content gives equal bytes. Read stored or deflated, with ZIP64.
 */
public final class Npz {
    /** Deflate cannot expand by more. */
    private static final long LARGEST_EXPANSION = 1032;

    private static final LocalDateTime WRITTEN = LocalDateTime.of(1980, 1, 1, 0, 0);

    private Npz() {}

    /**
     * Reads all arrays, in the order of the archive, by name without {@code .npy}. Other members are passed over.
     *
     * @throws StudyException when the file is damaged or no {@code .npz} file
     */
    public static Map<String, NpyArray> read(Path path) throws IOException {
        try (ZipFile zip = open(path)) {
            Map<String, NpyArray> arrays = new LinkedHashMap<>();
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (entry.getName().endsWith(".npy")) {
                    arrays.put(stem(entry), read(path, zip, entry, Npy::read));
                }
            }
            return arrays;
        }
    }

    /**
     * Reads one array.
     *
     * @throws StudyException when there is none of this name, or the file is damaged or no {@code .npz} file
     */
    public static NpyArray read(Path path, String name) throws IOException {
        return read(path, name, Npy::read);
    }

    /** What becomes of the bytes of a member, of which there are {@code length}. */
    @FunctionalInterface
    interface Member<T> {
        T read(InputStream in, long length) throws IOException;
    }

    /** Reads one array as a stream, to its end: for arrays that need not fit into memory. */
    static <T> T read(Path path, String name, Member<T> member) throws IOException {
        try (ZipFile zip = open(path)) {
            ZipEntry entry = zip.getEntry(name + ".npy");
            if (entry == null) {
                throw new StudyException(path + ": there is no array \"" + name + "\"; it holds " + names(zip));
            }
            return read(path, zip, entry, member);
        }
    }

    /** The names of the arrays, in the order of the archive; their content is not looked at. */
    static List<String> names(Path path) throws IOException {
        try (ZipFile zip = open(path)) {
            return names(zip);
        }
    }

    /** Whether a zip holds arrays. */
    static boolean isOne(Path path) throws IOException {
        try (ZipFile zip = open(path)) {
            return zip.stream().anyMatch(entry -> entry.getName().endsWith(".npy"));
        }
    }

    /**
     * The head of an array, or why there is none.
     *
     * @param stored whether its bytes lie in the file as they are
     */
    record Head(@Nullable NpyHeader header, String problem, boolean stored) {}

    /** The heads of all arrays, in the order of the archive; their content is not looked at. */
    static Map<String, Head> heads(Path path) throws IOException {
        try (ZipFile zip = open(path)) {
            Map<String, Head> heads = new LinkedHashMap<>();
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (entry.getName().endsWith(".npy")) {
                    heads.put(stem(entry), head(zip, entry));
                }
            }
            return heads;
        }
    }

    /** The shapes of all arrays whose head can be read, by name; their content is not looked at. */
    public static Map<String, int[]> shapes(Path path) throws IOException {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        heads(path).forEach((name, head) -> {
            if (head.header() != null) {
                shapes.put(name, head.header().shape());
            }
        });
        return shapes;
    }

    private static Head head(ZipFile zip, ZipEntry entry) throws IOException {
        boolean stored = entry.getMethod() == ZipEntry.STORED;
        try (InputStream in = zip.getInputStream(entry)) {
            return new Head(NpyHeader.read(in, entry.getSize()), "", stored);
        } catch (BadArrayException | ZipException | EOFException e) {
            return new Head(null, String.valueOf(e.getMessage()), stored);
        }
    }

    /** The first bytes of an array's data, as many as there are up to a number; no checksum is verified. */
    static byte[] start(Path path, String name, int most) throws IOException {
        try (ZipFile zip = open(path)) {
            ZipEntry entry = zip.getEntry(name + ".npy");
            try (InputStream in = zip.getInputStream(entry)) {
                NpyHeader.read(in, entry.getSize());
                return in.readNBytes(most);
            } catch (ZipException | EOFException e) {
                throw new BadArrayException(String.valueOf(e.getMessage()));
            }
        }
    }

    private static List<String> names(ZipFile zip) {
        return zip.stream().map(Npz::stem).toList();
    }

    /** Writes the file beside its place, forces it to the disk and renames it: a reader sees all of it or nothing. */
    public static void write(Path path, Map<String, NpyArray> arrays) throws IOException {
        WholeFile.write(path, channel -> {
            ZipOutputStream zip =
                    new ZipOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16));
            for (Map.Entry<String, NpyArray> array : arrays.entrySet()) {
                zip.putNextEntry(entry(array.getKey() + ".npy", array.getValue()));
                zip.write(NpyHeader.write(array.getValue()));
                Npy.writeData(array.getValue(), zip);
                zip.closeEntry();
            }
            zip.finish();
            zip.flush();
        });
    }

    /** A stored member: its size and checksum stand before its data. */
    private static ZipEntry entry(String name, NpyArray array) throws IOException {
        byte[] header = NpyHeader.write(array);
        CheckedOutputStream checked = new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
        checked.write(header);
        Npy.writeData(array, checked);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(header.length + (long) array.data().limit());
        entry.setCrc(checked.getChecksum().getValue());
        entry.setTimeLocal(WRITTEN);
        return entry;
    }

    private static ZipFile open(Path path) throws IOException {
        try {
            return new ZipFile(path.toFile());
        } catch (ZipException | EOFException e) {
            throw new StudyException(path + ": not a readable .npz file: "
                    + (e instanceof EOFException ? "its directory is damaged" : e.getMessage()));
        }
    }

    private static <T> T read(Path path, ZipFile zip, ZipEntry entry, Member<T> member) throws IOException {
        long size = entry.getSize();
        if (size / LARGEST_EXPANSION > entry.getCompressedSize()) {
            throw new StudyException(path + ": member " + entry.getName() + " announces " + size + " bytes in "
                    + entry.getCompressedSize() + "; take an undamaged copy");
        }
        try (CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
            T array = member.read(in, size);
            if (in.getChecksum().getValue() != entry.getCrc()) {
                throw new BadArrayException("its checksum is not the archive's");
            }
            return array;
        } catch (BadArrayException | ZipException | EOFException e) {
            throw new StudyException(path + ": member " + entry.getName() + " cannot be read: " + e.getMessage());
        }
    }

    private static String stem(ZipEntry entry) {
        String name = entry.getName();
        return name.endsWith(".npy") ? name.substring(0, name.length() - 4) : name;
    }
}
