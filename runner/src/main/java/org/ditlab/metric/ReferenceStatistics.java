package org.ditlab.metric;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ditlab.data.ImageDataset;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.spi.Backend;

/**
 * What samples are measured against: statistics of the training images' features, and the features of the held-out images
 * themselves, of which the floor takes as many as there are samples.
 *
 * @param accuracy share of held-out images whose largest logit is their class's
 */
public record ReferenceStatistics(Moments train, Features heldOut, double accuracy) {
    private static final int BLOCK = 512;

    /** Runs the extractor over both splits. */
    public static ReferenceStatistics of(
            Backend backend, FeatureExtractor extractor, ImageDataset train, ImageDataset test) {
        Moments moments = new Moments(backend, extractor.dimensions());
        for (int from = 0; from < train.size(); from += BLOCK) {
            Features block = extractor.extract(images(train, from, Math.min(BLOCK, train.size() - from)));
            moments.add(block.features(), block.count());
        }
        Features.Builder heldOut = new Features.Builder(test.size(), extractor);
        int right = 0;
        for (int from = 0; from < test.size(); from += BLOCK) {
            Features block = extractor.extract(images(test, from, Math.min(BLOCK, test.size() - from)));
            heldOut.add(block);
            for (int i = 0; i < block.count(); i++) {
                right += largest(block.logits(), i * block.classes(), block.classes()) == test.label(from + i) ? 1 : 0;
            }
        }
        return new ReferenceStatistics(moments, heldOut.build(), (double) right / test.size());
    }

    private static ImageBatch images(ImageDataset data, int from, int count) {
        int length = data.channels() * data.height() * data.width();
        byte[] pixels = new byte[count * length];
        for (int i = 0; i < count; i++) {
            data.read(from + i, pixels, i * length);
        }
        return new ImageBatch(pixels, count, data.channels(), data.height(), data.width());
    }

    private static int largest(float[] values, int from, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            best = values[from + i] > values[from + best] ? i : best;
        }
        return best;
    }

    /** Saves as arrays {@code n mu sigma} (training), {@code features logits} (held out) and {@code accuracy}. */
    public void write(Path path) throws IOException {
        int d = train.dimensions();
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put("mu", NpyArray.of(train.mean(), d));
        arrays.put("sigma", NpyArray.of(train.covariance(), d, d));
        arrays.put("n", NpyArray.of(new long[] {train.count().orElseThrow()}));
        arrays.put("features", NpyArray.of(heldOut.features(), heldOut.count(), d));
        arrays.put("logits", NpyArray.of(heldOut.logits(), heldOut.count(), heldOut.classes()));
        arrays.put("accuracy", NpyArray.of(new double[] {accuracy}));
        Npz.write(path, arrays);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws StudyException when the file is damaged or lacks an array
     */
    public static ReferenceStatistics read(Backend backend, Path path) throws IOException {
        Map<String, NpyArray> arrays = Npz.read(path);
        for (String name : new String[] {"mu", "sigma", "n", "features", "logits", "accuracy"}) {
            if (!arrays.containsKey(name)) {
                throw new StudyException(path + ": there is no array \"" + name
                        + "\"; delete its stage directory, so that it is made anew");
            }
        }
        try {
            NpyArray features = arrays.get("features");
            NpyArray logits = arrays.get("logits");
            Moments train = Moments.of(
                    backend,
                    arrays.get("n").longs()[0],
                    arrays.get("mu").doubles(),
                    arrays.get("sigma").doubles());
            Features heldOut = new Features(
                    features.shape()[0], features.shape()[1], features.floats(), logits.shape()[1], logits.floats());
            return new ReferenceStatistics(
                    train, heldOut, arrays.get("accuracy").doubles()[0]);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | IllegalStateException e) {
            throw new StudyException(path + ": its arrays do not fit each other (" + e.getMessage()
                    + "); delete its stage directory, so that it is made anew");
        }
    }
}
