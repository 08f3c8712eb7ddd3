package org.ditlab.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;

/** What a sample of an array's values tells of the range that its images were saved in. */
final class ImageValues {
    /** Bytes that are looked at. */
    static final int SAMPLE = 8 << 20;

    private ImageValues() {}

    /** The first bytes of an array's data. */
    @FunctionalInterface
    interface Source {
        byte[] read() throws IOException;
    }

    /** How an array of another type becomes bytes 0..255. */
    static String remedy(NpyHeader header, Source source) throws IOException {
        byte[] bytes;
        try {
            bytes = source.read();
        } catch (BadArrayException e) {
            return "its values cannot be read (" + e.getMessage() + "), take an undamaged copy";
        }
        ByteBuffer data = ByteBuffer.wrap(bytes).order(header.order());
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        boolean finite = true;
        int count = bytes.length / header.type().bytes();
        for (int i = 0; i < count; i++) {
            double value = header.type().real(data, i);
            finite &= Double.isFinite(value);
            least = Math.min(least, Double.isNaN(value) ? least : value);
            most = Math.max(most, Double.isNaN(value) ? most : value);
        }
        if (!finite) {
            return "and there are values that are NaN or infinite, which no image has: mend the sampler, then save uint8";
        }
        if (count == 0) {
            return "save x.astype(np.uint8)";
        }
        String range = "values from " + shown(least) + " to " + shown(most);
        if (!header.type().floating()) {
            return least >= 0 && most > 1 && most <= 255
                    ? range + " fit: save x.astype(np.uint8)"
                    : range + ", expected 0..255: rescale them, then save x.astype(np.uint8)";
        }
        if (least < 0 && least >= -1.5 && most <= 1.5) {
            return range + " look like -1..1: save ((x + 1) * 127.5).round().clip(0, 255).astype(np.uint8)";
        }
        if (least >= 0 && most <= 1) {
            return range + " look like 0..1: save (x * 255).round().astype(np.uint8)";
        }
        return least > -64 && most > 1.5 && most < 320
                ? range + " look like 0..255: save x.round().clip(0, 255).astype(np.uint8)"
                : range + " are none of 0..1, -1..1 and 0..255: rescale them, then save x.astype(np.uint8)";
    }

    private static String shown(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? String.valueOf((long) value)
                : String.format(Locale.ROOT, "%.4g", value);
    }
}
