package org.ditlab.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/**
 * Where the images of an {@code .npz} or {@code .npy} file lie, told by the heads of its arrays: {@code arr_0}, or the only
 * array of bytes with four axes.
 *
 * @param name of the array; empty in a {@code .npy} file
 * @param header of the array: bytes (N, H, W, 3)
 * @param offset of the first image in the file; empty when the member is compressed
 * @param checksum of header and images together; empty where the file has none
 * @param labels name of the array of classes; empty when there is none
 */
record ImageArray(
        String name,
        NpyHeader header,
        OptionalLong offset,
        OptionalLong checksum,
        @Nullable String labels,
        List<String> notes) {
    private static final String USUAL = "arr_0";
    private static final List<String> LABELS = List.of("arr_1", "labels");
    private static final int SHOWN = 10;

    /**
     * Finds the images of an archive of arrays.
     *
     * @throws StudyException when there are none, or more than one array of them, or none that can be measured
     */
    static ImageArray npz(Path path) throws IOException {
        Map<String, NpyHeader> headers = new LinkedHashMap<>();
        Map<String, Npz.Head> heads = Npz.heads(path);
        List<String> damaged = new ArrayList<>();
        heads.forEach((name, head) -> {
            if (head.header() == null) {
                damaged.add(name + " (" + head.problem() + ")");
            } else {
                headers.put(name, head.header());
            }
        });
        String name = choose(path, headers, damaged);
        NpyHeader header = headers.get(name);
        OptionalLong offset = OptionalLong.empty();
        OptionalLong checksum = OptionalLong.empty();
        if (heads.get(name).stored()) {
            try {
                ZipMember member = ZipMember.find(path, name + ".npy");
                header = header(path, member);
                offset = OptionalLong.of(member.offset() + header.length());
                checksum = OptionalLong.of(member.checksum());
            } catch (BadArrayException e) {
                throw new StudyException(
                        path + ": array " + name + " cannot be read: " + e.getMessage() + "; take an undamaged copy");
            }
        }
        NpyHeader found = header;
        require(path + ", " + name, found, () -> Npz.start(path, name, ImageValues.SAMPLE));
        List<String> notes = new ArrayList<>();
        String labels = labels(path, headers, found.shape()[0], notes);
        return new ImageArray(name, found, offset, checksum, labels, List.copyOf(notes));
    }

    /** The images of a {@code .npy} file, or what is wrong with them. */
    static ImageArray npy(Path path) throws IOException {
        NpyHeader header;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            header = NpyHeader.read(in, Files.size(path));
        } catch (BadArrayException e) {
            throw new StudyException(path + ": not a readable .npy file: " + e.getMessage());
        }
        require(path.toString(), header, () -> {
            try (InputStream in = Files.newInputStream(path)) {
                in.skipNBytes(header.length());
                return in.readNBytes(ImageValues.SAMPLE);
            }
        });
        OptionalLong offset = OptionalLong.of(header.length());
        return new ImageArray("", header, offset, OptionalLong.empty(), null, List.of());
    }

    private static NpyHeader header(Path path, ZipMember member) throws IOException {
        try (FileChannel channel = FileChannel.open(path)) {
            channel.position(member.offset());
            return NpyHeader.read(new BufferedInputStream(Channels.newInputStream(channel)), member.size());
        }
    }

    private static String choose(Path path, Map<String, NpyHeader> headers, List<String> damaged) {
        List<String> images = names(headers, true);
        if (images.size() > 1 && !images.contains(USUAL)) {
            throw new StudyException(path + ": which array holds the images is not clear: " + listed(images)
                    + " are all bytes with four axes; save the images alone: numpy.savez(file, images)");
        }
        List<String> others = names(headers, false);
        List<String> candidates = !images.isEmpty() ? images : others;
        if (candidates.contains(USUAL) || (images.isEmpty() && others.isEmpty() && headers.containsKey(USUAL))) {
            return USUAL;
        }
        if (candidates.size() == 1) {
            return candidates.get(0);
        }
        String unreadable = damaged.isEmpty() ? "" : "; not readable: " + listed(damaged);
        List<String> held = headers.entrySet().stream()
                .map(one -> one.getKey() + " " + told(one.getValue()))
                .toList();
        throw new StudyException(path + ": holds no images, only "
                + (held.isEmpty() ? "other files" : listed(held)) + unreadable
                + "; expected arr_0: uint8 (N, H, W, 3)");
    }

    /** Arrays with four axes. */
    private static List<String> names(Map<String, NpyHeader> headers, boolean bytes) {
        return headers.entrySet().stream()
                .filter(one -> one.getValue().shape().length == 4)
                .filter(one -> !bytes || one.getValue().type() == NpyType.UINT8)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static String listed(List<String> names) {
        String shown = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
        String rest = names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "";
        return (shown + rest).replaceAll("\\p{Cntrl}", "?");
    }

    private static String told(NpyHeader header) {
        return header.type().code() + " "
                + Arrays.toString(header.shape()).replace('[', '(').replace(']', ')');
    }

    private static void require(String place, NpyHeader header, ImageValues.Source start) throws IOException {
        List<String> problems = new ArrayList<>();
        int[] shape = header.shape();
        String first = place + ": images are " + told(header);
        if (header.type() != NpyType.UINT8) {
            problems.add(first + ", expected uint8; " + ImageValues.remedy(header, start));
        }
        boolean axes = shape.length == 4;
        int last = shape.length == 0 ? 0 : shape[shape.length - 1];
        boolean planar = axes && last > 4 && (shape[1] == 1 || shape[1] == 3 || shape[1] == 4);
        if (shape.length == 3 && last == 3) {
            problems.add(first + ", a single image; give a set, x[None] makes it a set of one");
        } else if (shape.length == 3) {
            problems.add(first + ", gray images without a channel axis; save np.repeat(x[..., None], 3, axis=-1)");
        } else if (!axes) {
            problems.add(first + ", expected four axes (N, H, W, 3)");
        } else if (planar) {
            problems.add(first + ", channels first (N, C, H, W), expected (N, H, W, 3);"
                    + " save x.transpose(0, 2, 3, 1)"
                    + (shape[1] == 1 ? ".repeat(3, axis=-1)" : shape[1] == 4 ? "[..., :3]" : ""));
        } else if (last == 1) {
            problems.add(first + ", one channel, expected three; save np.repeat(x, 3, axis=-1)");
        } else if (last == 4) {
            problems.add(first + ", four channels, expected three; save x[..., :3], or composite them first");
        } else if (last != 3) {
            problems.add(first + ", " + last + " channels, expected three");
        }
        if (axes && shape[0] == 0) {
            problems.add(first + ", an empty set; give images");
        } else if (axes && (shape[1] == 0 || shape[2] == 0)) {
            problems.add(first + ", images without pixels");
        } else if (axes && (long) shape[1] * shape[2] * 3 > 1 << 30) {
            problems.add(first + ", more than 1 GiB for a single image");
        }
        if (header.fortran()) {
            problems.add(first + " in Fortran order; save np.ascontiguousarray(x)");
        }
        if (!problems.isEmpty()) {
            throw new StudyException(problems);
        }
    }

    private static @Nullable String labels(Path path, Map<String, NpyHeader> headers, int count, List<String> notes) {
        for (String name : LABELS) {
            NpyHeader header = headers.get(name);
            if (header == null) {
                continue;
            }
            if (header.shape().length == 1
                    && header.shape()[0] == count
                    && !header.type().floating()) {
                return name;
            }
            notes.add(path + ": " + name + " " + told(header) + " is passed over: no labels, which are whole numbers ("
                    + count + ")");
        }
        return null;
    }
}
