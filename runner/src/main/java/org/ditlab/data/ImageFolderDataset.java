package org.ditlab.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of the user's, from a folder or zip with one folder per class ({@link ImageLayout} has the rules), decoded once
 * when opened, by all processors.
 */
public final class ImageFolderDataset implements ImageDataset {
    /** Changes with every change of how a picture becomes an image. */
    private static final String VERSION = "images-1";

    private static final int SHOWN = 10;

    private final String name;
    private final int size;
    private final List<String> classNames;
    private final List<ImageLayout.Item> items;
    private final PixelStore pixels;
    private final String fingerprint;

    private ImageFolderDataset(
            String name,
            int size,
            List<String> classNames,
            List<ImageLayout.Item> items,
            PixelStore pixels,
            String fingerprint) {
        this.name = name;
        this.size = size;
        this.classNames = classNames;
        this.items = items;
        this.pixels = pixels;
        this.fingerprint = fingerprint;
    }

    /**
     * Opens a split. All files are read, for the fingerprint; those of the split are decoded.
     *
     * @param size side that images are resized and cropped to
     * @throws StudyException naming every damaged file (the first ten), or what is wrong with the layout
     */
    public static ImageFolderDataset open(Path path, int size, Split split) throws IOException {
        try (ImageArchive archive = ImageArchive.open(path)) {
            ImageLayout layout = ImageLayout.of(path.toString(), archive.files(), archive.folders());
            List<ImageLayout.Item> items = split == Split.TRAIN ? layout.train() : layout.test();
            List<ImageLayout.Item> others = split == Split.TRAIN ? layout.test() : layout.train();
            PixelStore pixels = new PixelStore(items.size(), 3 * size * size);
            Loader loader = new Loader(path, archive, size);
            List<String> problems = Stream.concat(
                            IntStream.range(0, items.size())
                                    .parallel()
                                    .mapToObj(i -> loader.load(items.get(i), pixels, i)),
                            others.parallelStream().map(item -> loader.load(item, null, 0)))
                    .filter(Objects::nonNull)
                    .sorted()
                    .collect(Collectors.toList());
            if (!problems.isEmpty()) {
                throw new StudyException(shorten(problems));
            }
            String name = stem(path) + "-" + size;
            return new ImageFolderDataset(name, size, layout.classNames(), items, pixels, loader.fingerprint(layout));
        }
    }

    /** The first of many problems. */
    static List<String> shorten(List<String> problems) {
        List<String> shown = new ArrayList<>(problems.subList(0, Math.min(SHOWN, problems.size())));
        if (problems.size() > SHOWN) {
            shown.add("... and " + (problems.size() - SHOWN) + " more files");
        }
        return shown;
    }

    /** {@code cifar10-jpeg} of {@code /data/cifar10-jpeg.zip}: letters, digits and dashes. */
    static String stem(Path path) {
        String file = String.valueOf(path.toAbsolutePath().normalize().getFileName());
        String stem = file.replaceFirst("(?i)\\.(zip|npz|npy)$", "").replaceAll("[^\\p{Alnum}._-]+", "-");
        return stem.isEmpty() ? "images" : stem;
    }

    /** Reads, hashes and decodes files. */
    private static final class Loader {
        private final Path path;
        private final ImageArchive archive;
        private final int size;
        private final Map<String, byte[]> hashes = new ConcurrentHashMap<>();

        Loader(Path path, ImageArchive archive, int size) {
            this.path = path;
            this.archive = archive;
            this.size = size;
        }

        /** Hashes a file and, where pixels are given, decodes it; null, or what is wrong. */
        @Nullable
        String load(ImageLayout.Item item, @Nullable PixelStore pixels, int index) {
            try {
                byte[] encoded = archive.read(item.file());
                hashes.put(item.name(), Fingerprint.of(encoded));
                if (pixels != null) {
                    pixels.put(index, ImageDecoder.decode(encoded, size));
                }
                return null;
            } catch (IOException e) {
                return path + ": image " + item.file() + " cannot be read: " + e.getMessage()
                        + "; replace or delete it";
            }
        }

        String fingerprint(ImageLayout layout) {
            Fingerprint all = new Fingerprint().add(VERSION).add(size);
            for (List<ImageLayout.Item> items : List.of(layout.train(), layout.test())) {
                all.add(items.size());
                items.stream()
                        .sorted(Comparator.comparing(ImageLayout.Item::name))
                        .forEach(item -> all.add(item.name()).add(item.label()).add(hashes.get(item.name())));
            }
            return all.hex();
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return items.size();
    }

    @Override
    public int channels() {
        return 3;
    }

    @Override
    public int height() {
        return size;
    }

    @Override
    public int width() {
        return size;
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public int label(int index) {
        return items.get(index).label();
    }

    @Override
    public void read(int index, byte[] out, int offset) {
        pixels.get(index, out, offset);
    }

    @Override
    public String resize() {
        return "antialiased bicubic, centre crop";
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }
}
