package org.ditlab.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.ditlab.data.Dataset;
import org.ditlab.diffusion.GaussianDiffusion;
import org.ditlab.diffusion.Losses;
import org.ditlab.model.Denoiser;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;

/**
 * The loss of training on samples that training has not seen, with their true labels. Each sample is noised once in each of
 * {@value #BINS} equal parts of the schedule; timestep and noise depend on the sample's number only, neither on a trial's seed
 * nor on its model, so that the losses of all variants and seeds are of equal draws. Draws run in chunks of a fixed size, the
 * last one filled up.
 */
public final class HeldOutLoss {
    /** Equal parts of the schedule, the first with the least noise. */
    public static final int BINS = 10;

    /** Draws per pass of the model. */
    private static final int CHUNK = 64;

    private final Backend backend;
    private final Denoiser model;
    private final GaussianDiffusion diffusion;
    private final Dataset data;
    private final int images;
    private final RandomStream time;
    private final RandomStream noise;

    /**
     * Prepares the measurement.
     *
     * @param model materialized and loaded
     * @param data what was held out
     * @param wanted samples looked at, spread evenly over the data; all where it has fewer
     */
    public HeldOutLoss(Backend backend, Denoiser model, GaussianDiffusion diffusion, Dataset data, int wanted) {
        this.backend = backend;
        this.model = model;
        this.diffusion = diffusion;
        this.data = data;
        images = Math.min(wanted, data.size());
        RandomStream stream = new Streams(0).stream("held-out");
        time = stream.named("time");
        noise = stream.named("noise");
    }

    /** Samples that are looked at. */
    public int images() {
        return images;
    }

    /** Draws of all samples. */
    public long draws() {
        return (long) images * BINS;
    }

    /** The sample of the data with a number below {@link #images}. */
    int index(int image) {
        return (int) ((long) image * data.size() / images);
    }

    /** The timestep at which a sample is noised in a bin, within {@code [bin, bin + 1) x timesteps / BINS}. */
    int timestep(int image, int bin) {
        int timesteps = diffusion.schedule().steps();
        int from = bin * timesteps / BINS;
        int to = (bin + 1) * timesteps / BINS;
        return from + time.integer(index(image), bin, 0, to - from);
    }

    /**
     * Means over all draws: {@code heldout.loss}; with learned sigma its parts {@code heldout.mse} and {@code heldout.vb}; by
     * bin {@code heldout.loss.bin0} to {@code bin9}; and {@code heldout.images}, what they are means over.
     *
     * @param progress takes the draws done
     * @param stop tells that the work should end
     */
    public Map<String, Object> measure(LongConsumer progress, BooleanSupplier stop) throws InterruptedException {
        double[] mse = new double[BINS];
        double[] vb = new double[BINS];
        for (long first = 0; first < draws(); first += CHUNK) {
            if (stop.getAsBoolean()) {
                throw new InterruptedException("stopped after " + first + " draws");
            }
            chunk(first, mse, vb);
            progress.accept(Math.min(draws(), first + CHUNK));
        }
        return metrics(mse, vb);
    }

    /** Adds the losses of draws {@code first} to {@code first + CHUNK - 1}, those past the end left out, to their bins. */
    private void chunk(long first, double[] mse, double[] vb) {
        int size = data.channels() * data.height() * data.width();
        Shape shape = Shape.of(CHUNK, data.channels(), data.height(), data.width());
        float[] clean = new float[CHUNK * size];
        float[] noises = new float[CHUNK * size];
        int[] t = new int[CHUNK];
        long[] labels = new long[CHUNK];
        for (int i = 0; i < CHUNK; i++) {
            long draw = (first + i) % draws();
            int image = (int) (draw / BINS);
            int bin = (int) (draw % BINS);
            if (i > 0 && bin > 0) {
                // The draw before is of the same sample.
                System.arraycopy(clean, (i - 1) * size, clean, i * size, size);
            } else {
                data.read(index(image), clean, i * size);
            }
            labels[i] = data.label(index(image));
            t[i] = timestep(image, bin);
            noise.normal(index(image), bin, noises, i * size, size);
        }
        try (Backend.Guard guard = backend.noGrad();
                Scope scope = backend.scope("held-out")) {
            Tensor start = backend.tensor(clean, shape, DType.FLOAT32); // (N, C, H, W)
            Tensor added = backend.tensor(noises, shape, DType.FLOAT32); // (N, C, H, W)
            Tensor y = backend.indices(labels, Shape.of(CHUNK)); // (N)
            Tensor output = model.forward(diffusion.noisy(start, t, added), diffusion.told(backend, t), y);
            Losses losses = diffusion.losses(output, start, t, added);
            float[] squared = losses.mse().toFloats();
            float[] bound = losses.vb().toFloats();
            for (int i = 0; i < CHUNK && first + i < draws(); i++) {
                int bin = (int) ((first + i) % BINS);
                mse[bin] += squared[i];
                vb[bin] += bound[i];
            }
        }
    }

    private Map<String, Object> metrics(double[] mse, double[] vb) {
        double mseOfAll = 0;
        double vbOfAll = 0;
        for (int bin = 0; bin < BINS; bin++) {
            mseOfAll += mse[bin];
            vbOfAll += vb[bin];
        }
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("heldout.loss", (mseOfAll + vbOfAll) / draws());
        if (model.learnsSigma()) {
            metrics.put("heldout.mse", mseOfAll / draws());
            metrics.put("heldout.vb", vbOfAll / draws());
        }
        for (int bin = 0; bin < BINS; bin++) {
            metrics.put("heldout.loss.bin" + bin, (mse[bin] + vb[bin]) / images);
        }
        metrics.put("heldout.images", images);
        return metrics;
    }
}
