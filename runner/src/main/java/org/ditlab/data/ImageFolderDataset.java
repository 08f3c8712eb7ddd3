package org.ditlab.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ditlab.study.StudyException;

/**
 * Images of the user's: pictures in a folder or zip with one folder per class ({@link ImageLayout} has the rules), or the files
 * of MNIST or CIFAR. Decoded once, into the {@link DataCache}.
 */
public final class ImageFolderDataset implements ImageDataset {
    private static final int SHOWN = 10;

    /** Where files of many images lie below a path: in it, or as torchvision and CIFAR's archives unpack them. */
    private static final List<String> WITHIN =
            List.of("", "raw", "MNIST/raw", "FashionMNIST/raw", "cifar-10-batches-bin", "cifar-100-binary");

    private final String name;
    private final int size;
    private final Split split;
    private final DecodedImages images;

    private ImageFolderDataset(String name, int size, Split split, DecodedImages images) {
        this.name = name;
        this.size = size;
        this.split = split;
        this.images = images;
    }

    /** Opens a split, from the standard cache; every damaged image is an error. */
    public static ImageFolderDataset open(Path path, int size, Split split) throws IOException {
        return open(path, size, split, Corrupt.REFUSE, DataCache.standard());
    }

    /**
     * Opens a split. Unless the cache has them, all images of both splits are read and decoded.
     *
     * @param size side that images are resized and cropped to
     * @throws StudyException naming every damaged image (the first ten), or what is wrong with the layout
     */
    public static ImageFolderDataset open(Path path, int size, Split split, Corrupt corrupt, DataCache cache)
            throws IOException {
        DecodedImages images = DecodedImages.open(path, () -> source(path), size, corrupt, cache);
        return new ImageFolderDataset(stem(path) + "-" + size, size, split, images);
    }

    /** Tells by content what a path holds. */
    private static ImageSource source(Path path) throws IOException {
        for (String below : Files.isDirectory(path) ? WITHIN : List.<String>of()) {
            Path folder = path.resolve(below);
            if (Files.isDirectory(folder)) {
                Optional<ImageSource> records = IdxSource.find(folder).or(() -> cifar(folder));
                if (records.isPresent()) {
                    return records.get();
                }
            }
        }
        if (Files.isRegularFile(path) && path.toString().matches("(?i).*\\.np[yz]")) {
            throw new StudyException(
                    path
                            + ": holds arrays, no pictures; for latents set data.set: latents, for pictures give --data FOLDER_OR_ZIP");
        }
        return new PictureSource(path);
    }

    private static Optional<ImageSource> cifar(Path folder) {
        try {
            return CifarSource.find(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return images.count(split);
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
        return images.classNames();
    }

    @Override
    public int label(int index) {
        return images.label(split, index);
    }

    @Override
    public void read(int index, byte[] out, int offset) {
        images.read(split, index, out, offset);
    }

    @Override
    public String resize() {
        return "antialiased bicubic, centre crop";
    }

    @Override
    public String fingerprint() {
        return images.fingerprint();
    }

    @Override
    public List<String> notes() {
        return images.notes();
    }
}
