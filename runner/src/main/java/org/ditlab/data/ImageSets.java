package org.ditlab.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ditlab.study.StudyException;

/**
 * Opens sets of images: ADM's {@code .npz} batches (images as {@code arr_0} or as the only uint8 array with four axes, classes
 * as {@code arr_1}), {@code .npy} files, folders and zips of pictures. Told by content, except for pictures, which go by the
 * names {@code jpg jpeg png bmp gif}.
 */
public final class ImageSets {
    private static final int SMALL = 32;

    /** Images that a check decodes: all of a small set, so many of a larger one. */
    private static final int SAMPLED = 100;

    private static final long SAMPLED_BYTES = 64L << 20;

    private ImageSets() {}

    /**
     * Opens images. What heads tell is checked here: types, axes, channels, sizes, files that are no pictures or end early. The
     * images themselves are not read, except that a compressed {@code .npz} is unpacked once.
     *
     * @throws StudyException with all that is wrong, each with what to do
     */
    public static ImageSet open(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return FolderImageSet.open(path);
        }
        if (!Files.isRegularFile(path)) {
            throw new StudyException(path + ": there is no such file; give images: an .npz or .npy file, or a folder or"
                    + " zip of pictures");
        }
        byte[] head;
        try (InputStream in = Files.newInputStream(path)) {
            head = in.readNBytes(6);
        }
        if (Arrays.equals(head, new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'})) {
            return ArrayImageSet.open(path, ImageArray.npy(path));
        }
        if (!isZip(path)) {
            throw new StudyException(path + ": is " + (head.length == 0 ? "empty" : "neither .npz, .npy nor zip")
                    + "; give images: an .npz or .npy file, or a folder or zip of pictures");
        }
        return Npz.isOne(path) ? ArrayImageSet.open(path, ImageArray.npz(path)) : FolderImageSet.open(path);
    }

    /**
     * Opens the images that stand beside statistics in an {@code .npz} file, as in ADM's reference batches; empty where there
     * are none.
     *
     * @throws StudyException when there is an {@code arr_0} that cannot be measured
     */
    public static Optional<ImageSet> beside(Path path) throws IOException {
        boolean images = isZip(path) && Npz.heads(path).containsKey("arr_0");
        return images ? Optional.of(open(path)) : Optional.empty();
    }

    private static boolean isZip(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(2), new byte[] {'P', 'K'});
        }
    }

    /**
     * Looks at images before a long run: a sample spread evenly over the set, which is enough to see a wrong range, and all of
     * a small set.
     *
     * @return what a person should know; nothing in it is an error
     * @throws StudyException with all that is wrong: bytes that are all 0 or 1, pictures that cannot be decoded
     */
    public static List<String> check(ImageSet images) throws IOException {
        int length = 3 * images.height() * images.width();
        int count = (int) Math.min(images.count(), Math.max(2, Math.min(SAMPLED, SAMPLED_BYTES / length)));
        byte[] first = new byte[length];
        byte[] image = new byte[length];
        List<String> problems = new ArrayList<>();
        int most = 0;
        boolean same = true;
        for (int i = 0; i < count; i++) {
            int index = count == 1 ? 0 : (int) ((long) i * (images.count() - 1) / (count - 1));
            try {
                images.read(index, 1, image);
            } catch (StudyException e) {
                problems.addAll(e.problems());
                continue;
            }
            if (i == 0) {
                System.arraycopy(image, 0, first, 0, length);
            }
            same &= Arrays.equals(first, image);
            for (byte value : image) {
                most = Math.max(most, value & 0xff);
            }
        }
        problems = new ArrayList<>(ImageFolderDataset.shorten(problems));
        if (problems.isEmpty() && most <= 1) {
            problems.add(images.name() + ": bytes are all " + (most == 0 ? "0" : "0 or 1") + " in " + count
                    + " images, as if 0..1 had been cut to whole numbers; save (x * 255).round().astype(np.uint8)");
        }
        if (!problems.isEmpty()) {
            throw new StudyException(problems);
        }
        List<String> notes = new ArrayList<>(images.notes());
        if (same && count > 1) {
            notes.add(images.name() + ": all of " + count + " images that were looked at are the same");
        }
        if (Math.min(images.height(), images.width()) < SMALL) {
            notes.add(images.name() + ": images of " + images.width() + "x" + images.height()
                    + " are enlarged to 299x299 for the network; distances among such small images say little");
        }
        return List.copyOf(notes);
    }
}
