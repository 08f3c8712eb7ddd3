package org.ditlab.metric;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.ditlab.data.ImageDataset;
import org.ditlab.data.PixelOrder;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;

/**
 * For each of some images the nearest image of a data set in pixels, by squared differences of bytes. Products in float32 sort
 * nearly all pairs out by their error bound, the rest is decided in whole numbers, so that the result is exact; of equally
 * near images the first counts, as it stands before its mirror image. The data pass by in blocks, so that memory does not grow
 * with them; of more images than some memory holds, the data pass by once for each part.
 *
 * @param mirrored whether the mirror images of the data count as theirs
 * @param memory bytes for the images looked for, and again for a block of the data, as float32
 */
public record NearestImages(Backend backend, ImageDataset data, boolean mirrored, long memory) {
    private static final long MEMORY = 1L << 27;

    private static final int LARGEST_BLOCK = 1024;

    /** With as much memory as large sets of images need to pass by quickly. */
    public NearestImages(Backend backend, ImageDataset data, boolean mirrored) {
        this(backend, data, mirrored, MEMORY);
    }

    /**
     * What was found for an image.
     *
     * @param image its number in the data
     * @param mirrored whether it is the mirror image that is near
     * @param squared the sum of squared differences of bytes
     * @param distance the root of their mean: 0 for a copy, 255 for black and white
     */
    public record Match(int image, boolean mirrored, long squared, double distance) {}

    /** Gives images, bytes (C, H, W). */
    @FunctionalInterface
    public interface Source {
        void read(int image, byte[] out, int offset) throws IOException;
    }

    /**
     * Looks for the first images of a source.
     *
     * @param progress takes the part done, of {@code 1 << 20}
     * @throws InterruptedException when {@code stop} says so
     */
    public List<Match> search(Source source, int count, LongConsumer progress, BooleanSupplier stop)
            throws IOException, InterruptedException {
        int size = data.channels() * data.height() * data.width();
        int most = (int) Math.max(1, memory / (4L * size * sides()));
        List<Match> matches = new ArrayList<>();
        for (int from = 0; from < count; from += most) {
            int part = Math.min(most, count - from);
            byte[] images = new byte[part * size];
            for (int i = 0; i < part; i++) {
                source.read(from + i, images, i * size);
            }
            double begun = (double) from / count;
            double share = (double) part / count;
            Part sought = new Part(images, part, size);
            sought.pass(done -> progress.accept(Math.round((1 << 20) * (begun + share * done))), stop);
            matches.addAll(sought.matches());
        }
        return matches;
    }

    private int sides() {
        return mirrored ? 2 : 1;
    }

    /** Images that are looked for together: each stands in {@link #sides} rows, as it is and mirrored. */
    private final class Part {
        private final int count;
        private final int size;
        private final byte[] rows;
        private final double[] squares;
        private final ErrorBound bound;
        private final long[] best;
        private final int[] found;
        private final boolean[] asMirror;

        Part(byte[] images, int count, int size) {
            this.count = count;
            this.size = size;
            bound = ErrorBound.ofFloat32(size);
            rows = new byte[count * sides() * size];
            for (int i = 0; i < count; i++) {
                System.arraycopy(images, i * size, rows, i * sides() * size, size);
                if (mirrored) {
                    int place = (i * 2 + 1) * size;
                    System.arraycopy(images, i * size, rows, place, size);
                    PixelOrder.mirror(rows, place, size, data.width());
                }
            }
            squares = squares(rows, count * sides());
            best = new long[count];
            Arrays.fill(best, Long.MAX_VALUE);
            found = new int[count];
            asMirror = new boolean[count];
        }

        void pass(DoubleConsumer progress, BooleanSupplier stop) throws InterruptedException {
            int most = (int) Math.max(1, Math.min(LARGEST_BLOCK, memory / (4L * size)));
            byte[] block = new byte[Math.min(most, data.size()) * size];
            try (Backend.Guard guard = backend.noGrad();
                    Backend.Guard exact = backend.compute(DType.FLOAT32);
                    Scope scope = backend.scope("nearest")) {
                Tensor left = tensor(rows, count * sides()); // (rows, d)
                for (int from = 0; from < data.size(); from += most) {
                    if (stop.getAsBoolean()) {
                        throw new InterruptedException("stopped after " + from + " training images");
                    }
                    int wide = Math.min(most, data.size() - from);
                    for (int j = 0; j < wide; j++) {
                        data.read(from + j, block, j * size);
                    }
                    try (Scope one = backend.scope()) {
                        float[] products =
                                backend.linear(left, tensor(block, wide), null).toFloats(); // (rows, wide)
                        scan(block, from, wide, products);
                    }
                    progress.accept((double) (from + wide) / data.size());
                }
            }
        }

        private void scan(byte[] block, int from, int wide, float[] products) {
            double[] others = squares(block, wide);
            IntStream.range(0, count).parallel().forEach(i -> {
                for (int j = 0; j < wide; j++) {
                    for (int side = 0; side < sides(); side++) {
                        int row = i * sides() + side;
                        double both = squares[row] + others[j];
                        double doubled = 2.0 * products[row * wide + j];
                        // Written so that what is not a number is decided exactly.
                        if (!(both - doubled - bound.of(both, doubled) >= best[i])) {
                            decide(i, side, from + j, distance(row, block, j));
                        }
                    }
                }
            });
        }

        private void decide(int i, int side, int image, long distance) {
            if (distance < best[i]) {
                best[i] = distance;
                found[i] = image;
                asMirror[i] = side == 1;
            }
        }

        private long distance(int row, byte[] block, int j) {
            long sum = 0;
            for (int x = row * size, y = j * size; x < (row + 1) * size; x++, y++) {
                int difference = (rows[x] & 0xff) - (block[y] & 0xff);
                sum += difference * difference;
            }
            return sum;
        }

        /** Bytes around 0, which makes norms, and with them errors, small; exact in float32. */
        private Tensor tensor(byte[] images, int wanted) {
            float[] values = new float[wanted * size];
            for (int i = 0; i < values.length; i++) {
                values[i] = (images[i] & 0xff) - 128;
            }
            return backend.tensor(values, Shape.of(wanted, size), DType.FLOAT32);
        }

        /** Squared norms of the same numbers. */
        private double[] squares(byte[] images, int wanted) {
            double[] sums = new double[wanted];
            for (int i = 0; i < wanted; i++) {
                long sum = 0;
                for (int at = i * size; at < (i + 1) * size; at++) {
                    int value = (images[at] & 0xff) - 128;
                    sum += value * value;
                }
                sums[i] = sum;
            }
            return sums;
        }

        List<Match> matches() {
            List<Match> matches = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                matches.add(new Match(found[i], asMirror[i], best[i], Math.sqrt((double) best[i] / size)));
            }
            return matches;
        }
    }
}
