package org.ditlab.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ditlab.study.StudyException;

/**
 * CIFAR's binary version: records of one label (CIFAR-10) or of a coarse and a fine one (CIFAR-100, where the fine one counts),
 * then 32x32 red, green and blue bytes. Source: Krizhevsky, "The CIFAR-10 dataset", section binary version.
 */
final class CifarSource implements ImageSource {
    private static final int SIDE = 32;
    private static final int PIXELS = 3 * SIDE * SIDE;

    private final List<Path> train;
    private final List<Path> test;
    private final int before;
    private final List<String> classNames;
    private final List<InputStream> open = new ArrayList<>();

    private CifarSource(List<Path> train, Path test, int before, List<String> classNames) throws IOException {
        this.train = train;
        this.test = List.of(test);
        this.before = before;
        this.classNames = classNames;
        List<String> problems = new ArrayList<>();
        for (Path file : Stream.concat(train.stream(), this.test.stream()).toList()) {
            long size = Files.isRegularFile(file) ? Files.size(file) : 0;
            if (size == 0 || size % (before + PIXELS) != 0) {
                problems.add(file + ": has " + size + " bytes, not a multiple of " + (before + PIXELS)
                        + " as whole images would; take an undamaged copy");
            }
        }
        if (!problems.isEmpty()) {
            throw new StudyException(problems);
        }
    }

    /**
     * Looks for such files in a folder; empty when there are none.
     *
     * @throws StudyException when some are missing or cut, or of the version for Python
     */
    static Optional<ImageSource> find(Path folder) throws IOException {
        List<Path> batches;
        try (Stream<Path> listed = Files.list(folder)) {
            batches = listed.filter(path -> path.getFileName().toString().matches("data_batch_\\d+(\\.bin)?"))
                    .sorted()
                    .toList();
        }
        boolean hundred = Files.exists(folder.resolve("fine_label_names.txt"));
        if (batches.isEmpty() && !hundred) {
            if (Files.isRegularFile(folder.resolve("meta")) && Files.isRegularFile(folder.resolve("train"))) {
                throw python(folder);
            }
            return Optional.empty();
        }
        if (hundred) {
            List<String> names = names(folder.resolve("fine_label_names.txt"), 100);
            return Optional.of(
                    new CifarSource(List.of(folder.resolve("train.bin")), folder.resolve("test.bin"), 2, names));
        }
        if (batches.stream().noneMatch(path -> path.toString().endsWith(".bin"))) {
            throw python(folder);
        }
        List<Path> train = batches.stream()
                .filter(path -> path.toString().endsWith(".bin"))
                .toList();
        List<String> names = names(folder.resolve("batches.meta.txt"), 10);
        return Optional.of(new CifarSource(train, folder.resolve("test_batch.bin"), 1, names));
    }

    private static StudyException python(Path folder) {
        return new StudyException(folder + ": holds CIFAR's version for Python; take the binary version"
                + " (cifar-10-binary.tar.gz, cifar-100-binary.tar.gz) and unpack it");
    }

    /** The classes' names from a file of lines, else their numbers. */
    private static List<String> names(Path file, int count) throws IOException {
        if (Files.isRegularFile(file) && Files.size(file) < 1 << 16) {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            List<String> names = text.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            if (names.size() == count) {
                return names;
            }
        }
        return IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }

    @Override
    public String version() {
        return before == 1 ? "cifar10-1" : "cifar100-1";
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    private List<Path> files(Split split) {
        return split == Split.TRAIN ? train : test;
    }

    @Override
    public int count(Split split) {
        return Math.toIntExact(files(split).stream().mapToLong(this::count).sum());
    }

    private long count(Path file) {
        try {
            return Files.size(file) / (before + PIXELS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Iterator<RawImage> images(Split split) {
        return new Reader(files(split).iterator());
    }

    /** Reads images one after the other, file after file. */
    private final class Reader implements Iterator<RawImage> {
        private final Iterator<Path> files;
        private Path file;
        private InputStream in = InputStream.nullInputStream();
        private long left;
        private int inFile;
        private int number;

        Reader(Iterator<Path> files) {
            this.files = files;
            file = Path.of("");
        }

        @Override
        public boolean hasNext() {
            return left > 0 || files.hasNext();
        }

        @Override
        public RawImage next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            try {
                if (left == 0) {
                    file = files.next();
                    in.close();
                    in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                    open.add(in);
                    left = count(file);
                    inFile = 0;
                }
                byte[] record = in.readNBytes(before + PIXELS);
                if (record.length < before + PIXELS) {
                    throw new EOFException(file + " became shorter while it was read");
                }
                left--;
                int label = record[before - 1] & 0xff;
                String problem = label < classNames.size()
                        ? null
                        : "its label is " + label + ", expected 0 to " + (classNames.size() - 1);
                return new RecordImage(
                        RecordImage.name(number++),
                        file.getFileName() + " number " + inFile++,
                        label,
                        record,
                        before,
                        3,
                        SIDE,
                        SIDE,
                        problem);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (InputStream in : open) {
            in.close();
        }
    }
}
