package org.ditlab.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of one size in a folder or zip and all folders below, sorted by path, decoded as they are asked for, by all
 * processors, and neither resized nor cut. Where all stand in folders of their own, these are the classes.
 */
final class FolderImageSet implements ImageSet {
    /** Changes with every change of what is hashed. */
    private static final String VERSION = "image-folder-1";

    /** Formats that other evaluators read and that are not read here. */
    private static final Set<String> OTHERS =
            Set.of("webp", "tif", "tiff", "ppm", "pgm", "jfif", "jp2", "avif", "heic");

    private static final int TAIL = 64;
    private static final int SHOWN_SIZES = 8;
    private static final int HASHED_AT_ONCE = 1024;
    private static final String PNG_END = "IEND";
    private static final String JPEG_END = "\u00ff\u00d9";

    private final Path path;
    private final ImageArchive archive;
    private final List<String> files;
    private final ImageHeader size;
    private final List<String> notes;
    private @Nullable String fingerprint;

    private FolderImageSet(Path path, ImageArchive archive, List<String> files, ImageHeader size, List<String> notes) {
        this.path = path;
        this.archive = archive;
        this.files = files;
        this.size = size;
        this.notes = notes;
    }

    /** Reads the head of every picture; pixels are decoded where a file lacks its end. */
    static FolderImageSet open(Path path) throws IOException {
        ImageArchive archive = ImageArchive.open(path);
        try {
            List<String> files = archive.files().stream()
                    .filter(ImageLayout::isImage)
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new StudyException(path + ": holds no images ("
                        + ImageLayout.EXTENSIONS.stream().sorted().collect(Collectors.joining(", ")) + "), "
                        + archive.files().size() + " other files; give a folder or zip of images, or an .npz file");
            }
            return of(path, archive, files);
        } catch (RuntimeException e) {
            archive.close();
            throw e;
        }
    }

    /** The head of a picture, or what is wrong with it. */
    private record Looked(String file, @Nullable ImageHeader header, String problem) {}

    private static FolderImageSet of(Path path, ImageArchive archive, List<String> files) {
        List<Looked> looked =
                files.parallelStream().map(file -> look(archive, file)).toList();
        List<String> problems = looked.stream()
                .filter(one -> one.header() == null)
                .map(one ->
                        path + ": image " + one.file() + " cannot be read: " + one.problem() + "; replace or delete it")
                .toList();
        List<String> all = new ArrayList<>(ImageFolderDataset.shorten(problems));
        Map<String, List<String>> sizes = new TreeMap<>();
        Map<ImageHeader.Colours, List<String>> colours = new EnumMap<>(ImageHeader.Colours.class);
        ImageHeader first = null;
        for (Looked one : looked) {
            ImageHeader header = one.header();
            if (header != null) {
                first = first == null ? header : first;
                String extent = header.width() + "x" + header.height();
                sizes.computeIfAbsent(extent, key -> new ArrayList<>()).add(one.file());
                colours.computeIfAbsent(header.colours(), key -> new ArrayList<>())
                        .add(one.file());
            }
        }
        if (sizes.size() > 1) {
            all.add(path + ": images have " + sizes.size() + " sizes: " + told(sizes)
                    + "; resize them to one size as the paper does, or give the others alone");
        }
        if (!all.isEmpty() || first == null) {
            throw new StudyException(all);
        }
        List<String> notes = new ArrayList<>(notes(path, colours));
        List<String> others = archive.files().stream()
                .filter(file -> OTHERS.contains(
                        file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)))
                .sorted()
                .toList();
        if (!others.isEmpty()) {
            notes.add(path + ": " + others.size() + " files of other picture formats (" + others.get(0)
                    + ") are passed over; convert them to PNG where they belong to the set");
        }
        return new FolderImageSet(path, archive, files, first, List.copyOf(notes));
    }

    /** {@code 3 of 64x64 (a/1.png, ...)}, the most frequent first. */
    private static String told(Map<String, List<String>> sizes) {
        String shown = sizes.entrySet().stream()
                .sorted((a, b) -> b.getValue().size() - a.getValue().size())
                .limit(SHOWN_SIZES)
                .map(one -> one.getValue().size() + " of " + one.getKey() + " ("
                        + one.getValue().get(0) + ")")
                .collect(Collectors.joining(", "));
        return sizes.size() > SHOWN_SIZES ? shown + ", ..." : shown;
    }

    private static List<String> notes(Path path, Map<ImageHeader.Colours, List<String>> colours) {
        List<String> notes = new ArrayList<>();
        colours.forEach((kind, files) -> {
            if (kind != ImageHeader.Colours.RGB) {
                notes.add(path + ": " + files.size() + " images are " + kind + " (" + files.get(0)
                        + "); read as RGB, as Pillow's convert(\"RGB\") does");
            }
        });
        return notes;
    }

    private static Looked look(ImageArchive archive, String file) {
        try (InputStream in = archive.stream(file)) {
            ImageHeader header = ImageHeader.read(in);
            byte[] tail = archive.tail(file, TAIL);
            String end = new String(tail, StandardCharsets.ISO_8859_1);
            if (tail.length > 0 && !end.contains(PNG_END) && !end.contains(JPEG_END)) {
                ImageDecoder.decode(archive.read(file), header.height(), header.width());
            }
            return new Looked(file, header, "");
        } catch (IOException e) {
            return new Looked(file, null, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public int count() {
        return files.size();
    }

    @Override
    public int height() {
        return size.height();
    }

    @Override
    public int width() {
        return size.width();
    }

    /**
     * Decodes files.
     *
     * @throws StudyException naming a damaged one
     */
    @Override
    public void read(int from, int count, byte[] out) {
        int length = 3 * height() * width();
        IntStream.range(0, count).parallel().forEach(i -> {
            String file = files.get(from + i);
            try {
                byte[] image = ImageDecoder.decode(archive.read(file), height(), width());
                System.arraycopy(image, 0, out, i * length, length);
            } catch (IOException e) {
                throw new StudyException(
                        path + ": image " + file + " cannot be read: " + e.getMessage() + "; replace or delete it");
            }
        });
    }

    /** Numbers of the folders below the top, sorted by name; only where every image stands in one of at least two. */
    @Override
    public Optional<List<String>> labels() {
        List<String> below = below();
        if (below.stream().anyMatch(file -> file.indexOf('/') < 0)) {
            return Optional.empty();
        }
        List<String> classes = below.stream().map(FolderImageSet::head).toList();
        return classes.isEmpty() ? Optional.empty() : Optional.of(classes);
    }

    private static String head(String file) {
        return file.substring(0, file.indexOf('/'));
    }

    /** The paths without the folders that hold everything. */
    private List<String> below() {
        List<String> below = files;
        while (true) {
            int end = below.get(0).indexOf('/');
            String top = end < 0 ? "" : below.get(0).substring(0, end + 1);
            if (end < 0 || !below.stream().allMatch(file -> file.startsWith(top))) {
                return below;
            }
            below = below.stream().map(file -> file.substring(top.length())).toList();
        }
    }

    /** Reads every file; equal for a folder and its zip. */
    @Override
    public synchronized String fingerprint() {
        if (fingerprint == null) {
            Fingerprint all = new Fingerprint().add(VERSION).add(files.size());
            List<String> below = below();
            for (int from = 0; from < files.size(); from += HASHED_AT_ONCE) {
                int start = from;
                List<byte[]> hashes = IntStream.range(from, Math.min(files.size(), from + HASHED_AT_ONCE))
                        .parallel()
                        .mapToObj(this::hash)
                        .toList();
                for (int i = 0; i < hashes.size(); i++) {
                    all.add(below.get(start + i)).add(hashes.get(i));
                }
            }
            fingerprint = all.hex();
        }
        return fingerprint;
    }

    private byte[] hash(int index) {
        try {
            return Fingerprint.of(archive.read(files.get(index)));
        } catch (IOException e) {
            throw new StudyException(
                    path + ": image " + files.get(index) + " cannot be read: " + e.getMessage() + "; replace it");
        }
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public void close() {
        try {
            archive.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
