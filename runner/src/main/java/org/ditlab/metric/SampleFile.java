package org.ditlab.metric;

import java.io.IOException;
import java.nio.file.Path;
import org.ditlab.data.NpyArray;
import org.ditlab.data.NpyType;
import org.ditlab.data.Npz;
import org.ditlab.study.StudyException;

/** A batch of samples in ADM's format: {@code arr_0} of a {@code .npz}, bytes (N, H, W, C). */
public final class SampleFile {
    /** Images that are worth taking out at once. */
    public static final int BLOCK = 512;

    private final byte[] interleaved;
    private final int[] shape;

    private SampleFile(byte[] interleaved, int[] shape) {
        this.interleaved = interleaved;
        this.shape = shape;
    }

    /**
     * Reads a batch.
     *
     * @throws StudyException when the file is damaged, or its array is of another type or rank
     */
    public static SampleFile read(Path path) throws IOException {
        NpyArray array = Npz.read(path, "arr_0");
        if (array.type() != NpyType.UINT8 || array.rank() != 4) {
            throw new StudyException(path + ": arr_0 is " + array + ", expected images as u1 (N, H, W, C)");
        }
        return new SampleFile(array.bytes(), array.shape());
    }

    public int count() {
        return shape[0];
    }

    /** Some of the images, channels first. */
    public ImageBatch images(int from, int count) {
        int plane = shape[1] * shape[2];
        int channels = shape[3];
        byte[] planar = new byte[count * plane * channels];
        for (int image = 0; image < count; image++) {
            int in = (from + image) * plane * channels;
            for (int channel = 0; channel < channels; channel++) {
                int out = (image * channels + channel) * plane;
                for (int pixel = 0; pixel < plane; pixel++) {
                    planar[out + pixel] = interleaved[in + pixel * channels + channel];
                }
            }
        }
        return new ImageBatch(planar, count, channels, shape[1], shape[2]);
    }
}
