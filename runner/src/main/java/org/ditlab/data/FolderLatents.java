package org.ditlab.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/**
 * A folder as the forks of DiT write it: one subfolder whose name ends in {@code features} and one in {@code labels}, each
 * of files {@code 0.npy}, {@code 1.npy} and so on, with one latent (1, C, S, S) or a batch of them in each. Files are opened
 * when a latent is asked for.
 */
final class FolderLatents implements LatentStore {
    private static final int SHOWN = 10;

    private final Path features;
    private final String[] names;
    private final int[] starts;
    private final int[] heads;
    private final LatentForm form;
    private final int[] labels;

    /**
     * Reads the heads of all files, and the labels.
     *
     * @throws StudyException naming what is wrong, the first ten files at once
     */
    FolderLatents(Path folder) throws IOException {
        features = subfolder(folder, "features");
        Path labelFolder = subfolder(folder, "labels");
        names = names(folder, features, labelFolder);
        heads = new int[names.length];
        LatentForm[] forms = new LatentForm[names.length];
        int[][] parts = new int[names.length][];
        check(name -> head(name, forms));
        check(name -> {
            Path file = features.resolve(names[name]);
            return forms[name].counting(1).equals(forms[0].counting(1))
                    ? labels(labelFolder.resolve(names[name]), forms[name].count(), parts, name)
                    : file + ": holds " + forms[name] + " but " + names[0] + " " + forms[0] + "; make all alike";
        });
        starts = new int[names.length];
        long count = 0;
        for (int i = 0; i < names.length; i++) {
            starts[i] = (int) count;
            count += forms[i].count();
            if (count > Integer.MAX_VALUE) {
                throw new StudyException(folder + ": more than " + Integer.MAX_VALUE + " latents cannot be read");
            }
        }
        form = forms[0].counting((int) count);
        labels = Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }

    private static Path subfolder(Path folder, String ending) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            List<Path> found = paths.filter(
                            path -> path.getFileName().toString().endsWith(ending))
                    .filter(Files::isDirectory)
                    .toList();
            if (found.size() != 1) {
                throw new StudyException(folder + ": there are " + found.size() + " folders whose name ends in "
                        + ending + "; expected one of features and one of labels, each of files 0.npy, 1.npy, ...");
            }
            return found.get(0);
        }
    }

    /** The numbered files, in the order of their numbers. */
    private static String[] names(Path folder, Path features, Path labels) throws IOException {
        TreeSet<String> names = numbered(features);
        TreeSet<String> labelled = numbered(labels);
        if (names.isEmpty()) {
            throw new StudyException(features + ": there are no files 0.npy, 1.npy, ...; expected the latents");
        }
        List<String> alone = Stream.concat(
                        names.stream().filter(name -> !labelled.contains(name)),
                        labelled.stream().filter(name -> !names.contains(name)))
                .toList();
        if (!alone.isEmpty()) {
            throw new StudyException(
                    folder + ": " + alone.size() + " files are in one of the two folders only, such as " + alone.get(0)
                            + "; every file of features needs one of labels");
        }
        return names.toArray(new String[0]);
    }

    private static TreeSet<String> numbered(Path folder) throws IOException {
        TreeSet<String> names =
                new TreeSet<>((a, b) -> a.length() == b.length() ? a.compareTo(b) : a.length() - b.length());
        try (Stream<Path> paths = Files.list(folder)) {
            paths.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("\\d+\\.npy"))
                    .forEach(names::add);
        }
        return names;
    }

    @FunctionalInterface
    private interface Check {
        /** What is wrong with a file, or null. */
        @Nullable
        String problem(int name);
    }

    private void check(Check check) {
        List<String> problems = IntStream.range(0, names.length)
                .parallel()
                .mapToObj(check::problem)
                .filter(Objects::nonNull)
                .toList();
        if (!problems.isEmpty()) {
            throw new StudyException(ImageFolderDataset.shorten(problems));
        }
    }

    private @Nullable String head(int name, LatentForm[] forms) {
        Path file = features.resolve(names[name]);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 256)) {
            NpyHeader header = NpyHeader.read(in, Files.size(file));
            heads[name] = header.length();
            forms[name] = LatentForm.of(header);
            return null;
        } catch (IOException e) {
            return file + ": no readable latents: " + e.getMessage() + "; replace or delete it";
        }
    }

    private static @Nullable String labels(Path file, int count, int[][] parts, int name) {
        try {
            parts[name] = LatentLabels.of(file.toString(), Npy.read(file), count);
            return null;
        } catch (StudyException e) {
            return e.getMessage();
        } catch (IOException e) {
            return file + ": cannot be read: " + e.getMessage() + "; replace or delete it";
        }
    }

    /** The class of each latent. */
    int[] labels() {
        return labels;
    }

    @Override
    public LatentForm form() {
        return form;
    }

    @Override
    public void read(int index, byte[] out) throws IOException {
        int found = Arrays.binarySearch(starts, index);
        int name = found >= 0 ? found : -found - 2;
        long at = heads[name] + (long) (index - starts[name]) * form.bytes();
        ByteBuffer buffer = ByteBuffer.wrap(out, 0, form.bytes());
        try (FileChannel channel = FileChannel.open(features.resolve(names[name]))) {
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, at + buffer.position()) < 0) {
                    throw new EOFException(names[name] + " ends early");
                }
            }
        }
    }
}
