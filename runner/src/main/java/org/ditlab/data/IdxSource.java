package org.ditlab.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.ditlab.study.StudyException;

/**
 * MNIST's files and those of its successors: images and labels of training and test in one folder, told by their content; the
 * test files' names hold {@code t10k}, {@code test} or {@code val}, the training files' {@code train}. Gray becomes RGB.
 */
final class IdxSource implements ImageSource {
    private static final int MOST_FILES = 64;

    private final Map<Split, IdxFile> images;
    private final Map<Split, IdxFile> labelFiles;
    private final Map<Split, byte[]> labels = new EnumMap<>(Split.class);
    private final List<InputStream> open = new ArrayList<>();
    private final List<String> classNames;

    private IdxSource(Map<Split, IdxFile> images, Map<Split, IdxFile> labelFiles) throws IOException {
        this.images = images;
        this.labelFiles = labelFiles;
        int largest = 0;
        for (Split split : Split.values()) {
            IdxFile file = images.get(split);
            byte[] read = labelFiles.get(split).labels();
            if (read.length != file.count()) {
                throw new StudyException(
                        labelFiles.get(split).path() + ": holds " + read.length + " labels for " + file.count()
                                + " images in " + file.path().getFileName() + "; take files that belong together");
            }
            labels.put(split, read);
            for (byte label : read) {
                largest = Math.max(largest, label & 0xff);
            }
        }
        classNames = IntStream.rangeClosed(0, largest).mapToObj(String::valueOf).toList();
    }

    /**
     * Looks for such files in a folder; empty when there are none.
     *
     * @throws StudyException when one of the four is missing, double, or damaged
     */
    static Optional<ImageSource> find(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> listed = Files.list(folder)) {
            paths = listed.filter(IdxSource::named)
                    .filter(Files::isRegularFile)
                    .sorted()
                    .limit(MOST_FILES)
                    .toList();
        }
        Map<Split, IdxFile> images = new EnumMap<>(Split.class);
        Map<Split, IdxFile> labels = new EnumMap<>(Split.class);
        for (Path path : paths) {
            // Of a file and what it was unpacked from, the unpacked one is read.
            String name = path.getFileName().toString();
            boolean unpacked =
                    name.endsWith(".gz") && paths.contains(path.resolveSibling(name.replaceAll("\\.gz$", "")));
            Optional<IdxFile> file = unpacked ? Optional.empty() : IdxFile.look(path);
            if (file.isPresent()) {
                Map<Split, IdxFile> kind = file.get().images() ? images : labels;
                IdxFile other = kind.put(split(path), file.get());
                if (other != null) {
                    throw new StudyException(folder + ": both " + other.path().getFileName() + " and " + name
                            + " could be meant; keep one data set in a folder");
                }
            }
        }
        if (images.isEmpty() && labels.isEmpty()) {
            return Optional.empty();
        }
        if (images.size() < 2 || labels.size() < 2) {
            throw new StudyException(folder + ": of the four IDX files some are missing; expected images and labels of"
                    + " training and of test, as in train-images-idx3-ubyte, train-labels-idx1-ubyte,"
                    + " t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte");
        }
        int[] train = images.get(Split.TRAIN).shape();
        int[] test = images.get(Split.TEST).shape();
        if (train[1] != test[1] || train[2] != test[2]) {
            throw new StudyException(folder + ": training images are " + train[1] + "x" + train[2] + ", test images "
                    + test[1] + "x" + test[2] + "; take files that belong together");
        }
        return Optional.of(new IdxSource(images, labels));
    }

    private static boolean named(Path path) {
        return path.getFileName().toString().matches("(?i).*(idx[13]|ubyte|\\.idx).*");
    }

    private static Split split(Path path) {
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.contains("train")) {
            return Split.TRAIN;
        }
        if (name.contains("t10k") || name.contains("test") || name.contains("val")) {
            return Split.TEST;
        }
        throw new StudyException(path + ": neither \"train\" nor \"test\" (or \"t10k\") is in its name; rename it");
    }

    @Override
    public String version() {
        return "idx-1";
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public int count(Split split) {
        return images.get(split).count();
    }

    @Override
    public Iterator<RawImage> images(Split split) throws IOException {
        IdxFile file = images.get(split);
        if (TribuoImages.fit(file)) {
            return TribuoImages.read(file, labelFiles.get(split));
        }
        InputStream in = file.body();
        open.add(in);
        return new Reader(file, in, labels.get(split));
    }

    /** Reads images one after the other. */
    static final class Reader implements Iterator<RawImage> {
        private final IdxFile file;
        private final InputStream in;
        private final byte[] labels;
        private int next;

        Reader(IdxFile file, InputStream in, byte[] labels) {
            this.file = file;
            this.in = in;
            this.labels = labels;
        }

        @Override
        public boolean hasNext() {
            return next < labels.length;
        }

        @Override
        public RawImage next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            int height = file.shape()[1];
            int width = file.shape()[2];
            try {
                byte[] image = in.readNBytes(height * width);
                if (image.length < height * width) {
                    throw new EOFException("in image " + next);
                }
                int number = next++;
                if (!hasNext()) {
                    file.ended(in);
                }
                return file.image(number, labels[number] & 0xff, image);
            } catch (EOFException | ZipException e) {
                throw file.damaged(e);
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
