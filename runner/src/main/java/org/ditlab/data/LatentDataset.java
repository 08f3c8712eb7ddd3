package org.ditlab.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ditlab.study.StudyException;

/**
 * Codes of images, made beforehand by an autoencoder: an {@code .npz} file with the latents as {@code arr_0}, {@code latents}
 * or {@code features} and the labels as {@code arr_1} or {@code labels}; an {@code .npy} file with {@code NAME_labels.npy}
 * beside it; or a folder, see {@link FolderLatents}. What is held out is up to {@link LatentsProvider}.
 */
public final class LatentDataset implements Dataset {
    /** Changes with every change of how stored elements become values. */
    private static final String VERSION = "latents-1";

    private static final List<String> LATENTS = List.of("arr_0", "latents", "features");
    private static final List<String> LABELS = List.of("arr_1", "labels");

    private final Path path;
    private final LatentStore store;
    private final int[] labels;
    private final List<String> classNames;
    private final float scale;
    private final Optional<SourceStamp> stamp;

    private LatentDataset(Path path, LatentStore store, int[] labels, float scale, Optional<SourceStamp> stamp) {
        this.stamp = stamp;
        this.path = path;
        this.store = store;
        this.labels = labels;
        this.scale = scale;
        int classes = Arrays.stream(labels).max().orElse(-1) + 1;
        classNames = IntStream.range(0, classes).mapToObj(String::valueOf).toList();
    }

    /**
     * Opens latents; their values are not looked at before they are asked for.
     *
     * @param size side that they must have
     * @param scale what values are multiplied by
     * @throws StudyException when there are none, they are damaged, or of another size
     */
    public static LatentDataset open(Path path, int size, double scale) throws IOException {
        LatentDataset data = open(path, (float) scale);
        if (data.height() != size) {
            throw new StudyException(path + ": holds latents of " + data.height() + "x" + data.height()
                    + " but data.size is " + size + "; set data.size: " + data.height() + ", or give others");
        }
        return data;
    }

    private static LatentDataset open(Path path, float scale) throws IOException {
        if (Files.isDirectory(path)) {
            Optional<SourceStamp> stamp = SourceStamp.ifReadable(path);
            FolderLatents folder = new FolderLatents(path);
            return new LatentDataset(path, folder, folder.labels(), scale, stamp);
        }
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        if (!Files.isRegularFile(path) || !name.endsWith(".npz") && !name.endsWith(".npy")) {
            throw new StudyException(
                    path + ": expected latents: an .npz or .npy file, or a folder of features and labels");
        }
        return name.endsWith(".npz") ? npz(path, scale) : npy(path, scale);
    }

    private static LatentDataset npz(Path path, float scale) throws IOException {
        Optional<SourceStamp> stamp = SourceStamp.ifReadable(path);
        List<String> names = Npz.names(path);
        String latents = only(path, "latents", LATENTS, names);
        String labels = only(path, "labels", LABELS, names);
        LatentStore store = Npz.read(path, latents, PackedLatents::new);
        int count = store.form().count();
        return new LatentDataset(
                path, store, LatentLabels.of(path + ", " + labels, Npz.read(path, labels), count), scale, stamp);
    }

    private static String only(Path path, String what, List<String> known, List<String> names) {
        List<String> found = new ArrayList<>(known);
        found.retainAll(names);
        if (found.size() != 1) {
            throw new StudyException(path + ": the " + what + " must be one array named "
                    + String.join(", ", known.subList(0, known.size() - 1)) + " or " + known.get(known.size() - 1)
                    + "; it holds " + names);
        }
        return found.get(0);
    }

    private static LatentDataset npy(Path path, float scale) throws IOException {
        String name = path.getFileName().toString();
        Path labels = path.resolveSibling(name.substring(0, name.length() - 4) + "_labels.npy");
        if (!Files.isRegularFile(labels)) {
            throw new StudyException(labels + ": there is no such file; it must hold the classes of the latents in "
                    + name + ", zeros where there is one class only");
        }
        Optional<SourceStamp> beside = SourceStamp.ifReadable(labels);
        Optional<SourceStamp> stamp = SourceStamp.ifReadable(path).flatMap(one -> beside.map(one::and));
        LatentStore store;
        try {
            store = new MappedLatents(path);
        } catch (BadArrayException e) {
            throw new StudyException(path + ": no readable latents: " + e.getMessage());
        }
        int count = store.form().count();
        return new LatentDataset(
                path, store, LatentLabels.of(labels.toString(), Npy.read(labels), count), scale, stamp);
    }

    @Override
    public String name() {
        return ImageFolderDataset.stem(path) + "-" + height();
    }

    @Override
    public int size() {
        return store.form().count();
    }

    @Override
    public int channels() {
        return store.form().channels();
    }

    @Override
    public int height() {
        return store.form().side();
    }

    @Override
    public int width() {
        return store.form().side();
    }

    /** The numbers from 0 to the largest label. */
    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public void read(int index, float[] out, int offset) {
        store.form().values(bytes(index), scale, out, offset);
    }

    private byte[] bytes(int index) {
        byte[] bytes = new byte[store.form().bytes()];
        try {
            store.read(index, bytes);
        } catch (IOException e) {
            throw new StudyException(
                    path + ": latent " + index + " cannot be read: " + e.getMessage() + "; take an undamaged copy");
        }
        return bytes;
    }

    /**
     * Reads everything, unless the {@link DataCache} knows these files: equal for the same latents in one file or in many.
     *
     * @throws StudyException naming the latents (the first ten) that hold values that are not finite
     */
    @Override
    public String fingerprint() {
        DataCache cache = DataCache.standard();
        String source = new Fingerprint()
                .add(VERSION)
                .add(path.toAbsolutePath().normalize().toString())
                .add(Float.floatToIntBits(scale))
                .hex();
        return cache.known(source, stamp).map(DataCache.Known::fingerprint).orElseGet(() -> {
            String fingerprint = computed();
            cache.note(source, stamp, new DataCache.Known(fingerprint, List.of()));
            return fingerprint;
        });
    }

    private String computed() {
        LatentForm form = store.form();
        Fingerprint all = new Fingerprint()
                .add(VERSION)
                .add(form.toString())
                .add(form.count())
                .add(Float.floatToIntBits(scale));
        float[] values = new float[form.elements()];
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < form.count(); i++) {
            byte[] bytes = bytes(i);
            form.values(bytes, scale, values, 0);
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    problems.add(path + ": latent " + i + " holds " + value
                            + ", which cannot be learnt from; encode that image again or leave it out");
                    break;
                }
            }
            all.add(labels[i]).add(bytes);
        }
        if (!problems.isEmpty()) {
            throw new StudyException(ImageFolderDataset.shorten(problems));
        }
        return all.hex();
    }
}
