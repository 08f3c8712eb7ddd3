package org.ditlab.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** How an array (count, channels, side, side) of latents is stored: row-major elements of {@code type}. */
record LatentForm(NpyType type, ByteOrder order, int count, int channels, int side) {
    private static final int MOST_CHANNELS = 8192;
    private static final int LARGEST_SIDE = 1024;

    /**
     * The form that the head of a file tells.
     *
     * @throws BadArrayException when that is no array of latents
     */
    static LatentForm of(NpyHeader header) throws BadArrayException {
        int[] shape = header.shape();
        if (header.type() != NpyType.FLOAT16 && header.type() != NpyType.FLOAT32) {
            throw new BadArrayException(
                    "its elements are of type " + header.type().code() + "; latents are float16 (f2) or float32 (f4)");
        }
        boolean fits = shape.length == 4
                && shape[0] > 0
                && shape[1] > 0
                && shape[1] <= MOST_CHANNELS
                && shape[2] == shape[3]
                && shape[3] > 0
                && shape[3] <= LARGEST_SIDE;
        if (!fits) {
            throw new BadArrayException("its shape is " + Arrays.toString(shape)
                    + "; expected latents (N, C, S, S), for instance (N, 4, 32, 32) for images of 256 pixels");
        }
        if (header.fortran()) {
            throw new BadArrayException("its elements are in Fortran order; save numpy.ascontiguousarray(latents)");
        }
        LatentForm form = new LatentForm(header.type(), header.order(), shape[0], shape[1], shape[3]);
        if ((long) form.elements() * header.type().bytes() > 1 << 30) {
            throw new BadArrayException("a single latent of shape " + Arrays.toString(shape) + " exceeds 1 GiB");
        }
        return form;
    }

    /** The same but for the number of latents. */
    LatentForm counting(int number) {
        return new LatentForm(type, order, number, channels, side);
    }

    /** Elements of one latent. */
    int elements() {
        return channels * side * side;
    }

    /** Bytes of one latent. */
    int bytes() {
        return elements() * type.bytes();
    }

    /** Turns the bytes of one latent into values times {@code scale}. */
    void values(byte[] bytes, float scale, float[] out, int offset) {
        ByteBuffer data = ByteBuffer.wrap(bytes).order(order);
        for (int i = 0; i < elements(); i++) {
            float value = type == NpyType.FLOAT16 ? HalfFloat.toFloat(data.getShort(2 * i)) : data.getFloat(4 * i);
            out[offset + i] = value * scale;
        }
    }

    /** {@code f2 (N, 4, 32, 32)}. */
    @Override
    public String toString() {
        String big = order == ByteOrder.BIG_ENDIAN ? "big-endian " : "";
        return big + type.code() + " (N, " + channels + ", " + side + ", " + side + ")";
    }
}
