package org.ditlab.data;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/** Reads and decodes all images of a source once, into the cache or, where that cannot be written, into this process. */
final class Decoding {
    private static final int CHANNELS = 3;
    private static final String FORM = "u1 (N, 3, S, S)";

    /** Bytes of decoded images that wait for their turn. */
    private static final int AT_ONCE = 32 << 20;

    private static final int MOST_AT_ONCE = 1024;
    private static final int FEWEST_AT_ONCE = 16;

    private final Path path;
    private final ImageSource.Opener opener;
    private final int size;
    private final Corrupt corrupt;
    private final DataCache cache;
    private final String source;
    private final Optional<SourceStamp> stamp;
    private final List<String> notes;

    Decoding(
            Path path,
            ImageSource.Opener opener,
            int size,
            Corrupt corrupt,
            DataCache cache,
            String source,
            Optional<SourceStamp> stamp,
            List<String> notes) {
        this.path = path;
        this.opener = opener;
        this.size = size;
        this.corrupt = corrupt;
        this.cache = cache;
        this.source = source;
        this.stamp = stamp;
        this.notes = notes;
    }

    /** Takes decoded images in their order. */
    @FunctionalInterface
    private interface Sink {
        void put(byte[] image) throws IOException;
    }

    /** The cache cannot be written: no fault of the data. */
    private static final class NoRoomException extends IOException {
        private static final long serialVersionUID = 1L;

        NoRoomException(IOException cause) {
            super(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
        }
    }

    /** An image that was read: its hash, or what is wrong with it. */
    private record Read(
            RawImage raw,
            byte @Nullable [] hash,
            byte @Nullable [] pixels,
            @Nullable String problem) {}

    /** What one image adds to the fingerprint. */
    private record Entry(String name, int label, byte[] hash) {}

    /** All images of a source, in order. */
    private static final class Found {
        private final List<List<Entry>> entries = List.of(new ArrayList<>(), new ArrayList<>());
        private final List<String> problems = new ArrayList<>();

        int train() {
            return entries.get(0).size();
        }

        int[] labels() {
            return entries.stream().flatMap(List::stream).mapToInt(Entry::label).toArray();
        }

        String fingerprint(String version, int size) {
            Fingerprint all = new Fingerprint().add(version).add(size);
            for (List<Entry> split : entries) {
                all.add(split.size());
                split.stream()
                        .sorted(Comparator.comparing(Entry::name))
                        .forEach(entry -> all.add(entry.name).add(entry.label).add(entry.hash));
            }
            return all.hex();
        }
    }

    DecodedImages run() throws IOException {
        try (ImageSource images = opener.open()) {
            Optional<DecodedImages> moved = moved(images);
            if (moved.isPresent()) {
                return moved.get();
            }
            if (cache.directory().isPresent()) {
                try {
                    return intoCache(images);
                } catch (NoRoomException e) {
                    notes.add("cache " + cache.directory().get() + " cannot be written: " + e.getMessage()
                            + "; every process decodes the images for itself. Make room, or set DITLAB_CACHE");
                }
            }
            return intoMemory(images);
        }
    }

    /** The same data under another path: hashing tells, without decoding. */
    private Optional<DecodedImages> moved(ImageSource images) throws IOException {
        if (!cache.mayHold(count(images), length())) {
            return Optional.empty();
        }
        Found found = read(images, null);
        return found.problems.isEmpty() ? kept(images, found) : Optional.empty();
    }

    private Optional<DecodedImages> kept(ImageSource images, Found found) {
        String fingerprint = found.fingerprint(images.version(), size);
        Optional<DecodedImages> kept = DecodedImages.kept(path, fingerprint, List.of(), cache, notes);
        kept.ifPresent(data -> cache.note(source, stamp, new DataCache.Known(fingerprint, List.of())));
        return kept;
    }

    private DecodedImages intoCache(ImageSource images) throws IOException {
        try (RecordsWriter writer = writer((long) count(images) * length())) {
            Found found = read(images, image -> {
                try {
                    writer.append(image);
                } catch (IOException e) {
                    throw new NoRoomException(e);
                }
            });
            refuse(images, found);
            String fingerprint = found.fingerprint(images.version(), size);
            try {
                writer.finish(
                        cache.records(fingerprint),
                        fingerprint,
                        FORM,
                        length(),
                        found.train(),
                        images.classNames(),
                        found.labels());
            } catch (IOException e) {
                throw new NoRoomException(e);
            }
            cache.note(source, stamp, new DataCache.Known(fingerprint, found.problems));
            return DecodedImages.kept(path, fingerprint, found.problems, cache, notes)
                    .orElseThrow(() -> new NoRoomException(new IOException("what was written cannot be read")));
        }
    }

    private RecordsWriter writer(long bytes) throws NoRoomException {
        try {
            RecordsWriter writer = cache.writer();
            FileStore store = Files.getFileStore(cache.directory().orElseThrow());
            if (store.getUsableSpace() < bytes) {
                writer.close();
                throw new IOException(
                        "%.1f GB are needed, %.1f GB are free".formatted(bytes / 1e9, store.getUsableSpace() / 1e9));
            }
            return writer;
        } catch (IOException e) {
            throw new NoRoomException(e);
        }
    }

    private DecodedImages intoMemory(ImageSource images) throws IOException {
        PixelStore pixels;
        try {
            pixels = new PixelStore(count(images), length());
        } catch (IOException e) {
            throw new StudyException(path + ": no room for the decoded images: " + e.getMessage()
                    + "; set DITLAB_CACHE to a directory with room");
        }
        int[] next = new int[1];
        Found found = read(images, image -> pixels.put(next[0]++, image));
        refuse(images, found);
        List<String> all = new ArrayList<>(notes);
        all.addAll(DecodedImages.skippedNote(path, found.problems));
        RecordsHead head = new RecordsHead(
                found.fingerprint(images.version(), size),
                FORM,
                length(),
                found.train(),
                images.classNames(),
                found.labels(),
                new int[0]);
        return new DecodedImages(head, pixels::get, List.copyOf(all));
    }

    private static int count(ImageSource images) {
        return Math.addExact(images.count(Split.TRAIN), images.count(Split.TEST));
    }

    private int length() {
        return CHANNELS * size * size;
    }

    /** Damaged images are an error unless they may be left out, and so is a class that has none left. */
    private void refuse(ImageSource images, Found found) {
        if (found.problems.isEmpty()) {
            return;
        }
        if (corrupt == Corrupt.REFUSE) {
            List<String> problems = found.problems.stream()
                    .map(problem -> path + ": image " + problem + "; replace or delete it, or set data.corrupt: skip")
                    .sorted()
                    .toList();
            throw new StudyException(ImageFolderDataset.shorten(problems));
        }
        for (int label = 0; label < images.classNames().size(); label++) {
            int wanted = label;
            if (found.entries.get(0).stream().noneMatch(entry -> entry.label == wanted)) {
                throw new StudyException(path + ": class " + images.classNames().get(label)
                        + " has no image left for training without its damaged ones; add some");
            }
        }
        if (found.entries.get(1).isEmpty()) {
            throw new StudyException(path + ": no image is left for testing without the damaged ones; add some");
        }
    }

    /**
     * Reads all images.
     *
     * @param sink takes those that can be decoded; without one they are hashed alone
     */
    private Found read(ImageSource images, @Nullable Sink sink) throws IOException {
        Found found = new Found();
        int atOnce = Math.max(FEWEST_AT_ONCE, Math.min(MOST_AT_ONCE, AT_ONCE / length()));
        for (Split split : Split.values()) {
            List<Entry> entries = found.entries.get(split.ordinal());
            Iterator<RawImage> left = images.images(split);
            while (left.hasNext()) {
                List<RawImage> some = new ArrayList<>();
                while (some.size() < atOnce && left.hasNext()) {
                    some.add(left.next());
                }
                List<Read> read = some.parallelStream()
                        .map(raw -> read(raw, sink != null))
                        .toList();
                for (Read one : read) {
                    if (one.problem != null) {
                        found.problems.add(one.problem);
                        continue;
                    }
                    entries.add(new Entry(one.raw.name(), one.raw.label(), one.hash));
                    if (sink != null) {
                        sink.put(one.pixels);
                    }
                }
            }
        }
        return found;
    }

    private Read read(RawImage raw, boolean decode) {
        try {
            byte[] stored = raw.bytes();
            byte[] pixels = decode ? raw.pixels(stored, size) : null;
            return new Read(raw, Fingerprint.of(stored), pixels, null);
        } catch (IOException e) {
            String why = e.getMessage() == null ? "its data ends early" : e.getMessage();
            return new Read(raw, null, null, raw.place() + " cannot be read: " + why);
        }
    }
}
