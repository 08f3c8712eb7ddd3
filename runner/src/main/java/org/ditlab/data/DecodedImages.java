package org.ditlab.data;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ditlab.study.StudyException;

/** The images of both splits of a data set as bytes: in the cache, or in this process alone where there is none. */
final class DecodedImages {
    private static final int SHOWN = 3;

    private final RecordsHead head;
    private final Records records;
    private final List<String> notes;

    /** Images by index. */
    @FunctionalInterface
    interface Records {
        void read(int index, byte[] out, int offset);
    }

    DecodedImages(RecordsHead head, Records records, List<String> notes) {
        this.head = head;
        this.records = records;
        this.notes = notes;
    }

    /**
     * Opens images: from the cache where they are, else by reading and decoding all of them by all processors.
     *
     * @param path the user's data
     * @param size side that images are resized and cropped to
     * @throws StudyException naming damaged images, or what is wrong with the layout
     */
    static DecodedImages open(Path path, ImageSource.Opener opener, int size, Corrupt corrupt, DataCache cache)
            throws IOException {
        String source = new Fingerprint()
                .add("decoded-1")
                .add(path.toAbsolutePath().normalize().toString())
                .add(size)
                .add(corrupt.name())
                .hex();
        Optional<SourceStamp> stamp = cache.directory().isEmpty() ? Optional.empty() : SourceStamp.ifReadable(path);
        Optional<DecodedImages> kept = kept(path, source, stamp, cache, new ArrayList<>());
        if (kept.isPresent()) {
            return kept.get();
        }
        return cache.alone(source, () -> {
            List<String> notes = new ArrayList<>();
            // Another process may have finished while this one waited.
            Optional<DecodedImages> now = kept(path, source, stamp, cache, notes);
            return now.isPresent()
                    ? now.get()
                    : new Decoding(path, opener, size, corrupt, cache, source, stamp, notes).run();
        });
    }

    private static Optional<DecodedImages> kept(
            Path path, String source, Optional<SourceStamp> stamp, DataCache cache, List<String> notes) {
        Optional<DataCache.Known> known = cache.known(source, stamp);
        return known.isEmpty()
                ? Optional.empty()
                : kept(path, known.get().fingerprint(), known.get().skipped(), cache, notes);
    }

    /** The data of a fingerprint, where the cache has them whole. */
    static Optional<DecodedImages> kept(
            Path path, String fingerprint, List<String> skipped, DataCache cache, List<String> notes) {
        if (cache.directory().isEmpty()) {
            return Optional.empty();
        }
        Path file = cache.records(fingerprint);
        try {
            CachedRecords records = CachedRecords.open(file, fingerprint);
            List<String> all = new ArrayList<>(notes);
            all.addAll(skippedNote(path, skipped));
            return Optional.of(new DecodedImages(records.head(), records::read, List.copyOf(all)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            notes.add(file + ": " + e.getMessage() + "; it is built anew");
            return Optional.empty();
        }
    }

    /** What a person must know of images that were left out. */
    static List<String> skippedNote(Path path, List<String> skipped) {
        if (skipped.isEmpty()) {
            return List.of();
        }
        return List.of(path + ": data.corrupt is skip: " + skipped.size()
                + (skipped.size() == 1 ? " damaged image is" : " damaged images are") + " left out"
                + (skipped.size() > SHOWN ? ", the first " + SHOWN + ": " : ": ")
                + skipped.stream().sorted().limit(SHOWN).collect(Collectors.joining("; ")));
    }

    String fingerprint() {
        return head.fingerprint();
    }

    List<String> classNames() {
        return head.classNames();
    }

    /** What a person should know: images that were left out, a cache that could not be used. */
    List<String> notes() {
        return notes;
    }

    int count(Split split) {
        return split == Split.TRAIN ? head.train() : head.labels().length - head.train();
    }

    private int index(Split split, int index) {
        if (index < 0 || index >= count(split)) {
            throw new IndexOutOfBoundsException("image " + index + " of " + count(split));
        }
        return split == Split.TRAIN ? index : head.train() + index;
    }

    int label(Split split, int index) {
        return head.labels()[index(split, index)];
    }

    void read(Split split, int index, byte[] out, int offset) {
        records.read(index(split, index), out, offset);
    }
}
