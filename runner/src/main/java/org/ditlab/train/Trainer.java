package org.ditlab.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.ditlab.data.Dataset;
import org.ditlab.diffusion.DiffusionKnobs;
import org.ditlab.diffusion.GaussianDiffusion;
import org.ditlab.diffusion.Losses;
import org.ditlab.diffusion.TimestepSampling;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.nn.StateDict;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.OutOfMemoryException;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;

/**
 * Trains one model, step by step. Everything a step draws is a function of the seed and the step, so that a run that was
 * cut and resumed gives the same bits as one that was not. Source of the recipe: DiT, section 4.
 */
public final class Trainer implements AutoCloseable {
    private final Backend backend;
    private final Settings settings;
    private final Scope root;
    private final Denoiser model;
    private final GaussianDiffusion diffusion;
    private final BatchQueue batches;
    private final TrainState state;
    private final RandomStream time;
    private final RandomStream dropout;
    private final LearningRate learningRate;
    private int microBatch;

    /**
     * The means of one step over its batch.
     *
     * @param gradientNorm before clipping; empty without it, but for gradients that are not finite
     */
    public record Step(long step, double loss, double mse, double vb, OptionalDouble gradientNorm, double seconds) {
        /** Whether training can go on. */
        public boolean finite() {
            return Double.isFinite(loss) && Double.isFinite(gradientNorm.orElse(0));
        }
    }

    /** Declares the model of the settings and gives it its starting weights. */
    public Trainer(Backend backend, Settings settings, long seed, Dataset data) {
        this.backend = backend;
        this.settings = settings;
        Streams streams = new Streams(seed);
        root = backend.scope("train");
        model = ModelZoo.build(settings);
        model.materialize(backend, streams);
        diffusion = GaussianDiffusion.of(settings, model.learnsSigma());
        state = new TrainState(backend, model, settings);
        learningRate = LearningRate.of(settings);
        microBatch(settings.get(TrainKnobs.MICRO_BATCH));
        time = streams.stream("time");
        dropout = streams.stream("dropout");
        batches = new BatchQueue(
                data,
                settings.get(TrainKnobs.FLIP),
                streams,
                settings.get(TrainKnobs.BATCH),
                settings.get(TrainKnobs.STEPS));
    }

    /** Continues from the newest whole checkpoint of a directory, if there is one; tells the steps done. */
    public long resume(Path directory) throws IOException {
        return resume(directory, System.err::println);
    }

    /**
     * Continues from the newest whole checkpoint of a directory, if there is one; tells the steps done.
     *
     * @param remarks takes what is wrong with those that are passed over
     */
    public long resume(Path directory, Consumer<String> remarks) throws IOException {
        Checkpoint.resume(directory, state, backend, remarks);
        return state.step();
    }

    public void save(Path directory) throws IOException {
        Checkpoint.write(directory, state);
    }

    /** Removes all checkpoints of a directory but the newest: that of a finished run, for a longer one to go on from. */
    public static void keepNewest(Path directory) throws IOException {
        Checkpoint.keep(directory, 1);
    }

    /** Removes the checkpoints of a directory: a finished run no longer needs them. */
    public static void clear(Path directory) throws IOException {
        Checkpoint.keep(directory, 0);
    }

    /**
     * Computes at most so many images of a batch at a time, from the next step on; 0 is the whole batch. Gradients change by
     * rounding only, data and noise not at all.
     */
    public void microBatch(int images) {
        int batch = settings.get(TrainKnobs.BATCH);
        microBatch = images == 0 ? batch : Math.min(images, batch);
    }

    /** The averaged weights by the model's names. */
    public StateDict averagedWeights() {
        return weights(SampledWeights.AVERAGE);
    }

    /** The weights of now, or one of their averages, by the model's names. */
    public StateDict weights(SampledWeights which) {
        return state.weights(which);
    }

    public long steps() {
        return state.step();
    }

    /** Seconds of training so far, attempts before this one included. */
    public double seconds() {
        return state.seconds();
    }

    /** Mean loss over the last tenth of the steps done (at least one); 0 before the first. */
    public double recentLoss() {
        int done = (int) state.step();
        int tail = Math.max(1, done / 10);
        double sum = 0;
        for (float loss : Arrays.copyOfRange(state.losses(), Math.max(0, done - tail), done)) {
            sum += loss;
        }
        return sum / tail;
    }

    /** How many times as large {@link #recentLoss} is as the loss of the first step; 1 before it. */
    public double lossGrowth() {
        return state.step() == 0 ? 1 : recentLoss() / state.losses()[0];
    }

    /** Images computed at a time. */
    public int microBatch() {
        return microBatch;
    }

    /**
     * One optimiser step. With a loss or a gradient that is not finite the weights stay as they are.
     *
     * @throws OutOfMemoryException before anything has changed: the same step can be taken again, with a smaller micro-batch
     */
    public Step step() {
        long start = System.nanoTime();
        long next = state.step() + 1;
        try (Modes modes = new Modes(backend, settings)) {
            double[] means;
            OptionalDouble norm;
            try {
                means = accumulate(state.step());
                norm = Double.isFinite(means[0]) ? norm() : OptionalDouble.empty();
            } catch (RuntimeException | OutOfMemoryError problem) {
                state.dropGradients();
                if (backend.outOfMemory(problem)) {
                    throw new OutOfMemoryException(problem);
                }
                throw problem;
            }
            try (Scope scope = backend.scope("update")) {
                if (Double.isFinite(means[0]) && Double.isFinite(norm.orElse(0))) {
                    state.update(learningRate.at(next), means[0]);
                } else {
                    state.dropGradients();
                }
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            state.spent(seconds);
            return new Step(next, means[0], means[1], means[2], norm, seconds);
        }
    }

    /** The norm of the gradients, which are clipped then; without clipping only whether it is a number. */
    private OptionalDouble norm() {
        double limit = settings.get(TrainKnobs.CLIP);
        try (Scope scope = backend.scope("norm")) {
            if (limit > 0) {
                return OptionalDouble.of(state.clip(limit));
            }
            return state.finite() ? OptionalDouble.empty() : OptionalDouble.of(Double.NaN);
        }
    }

    /** Adds up the gradients of a batch; gives the means of its loss, mean squared error and variational bound. */
    private double[] accumulate(long step) {
        int images = settings.get(TrainKnobs.BATCH);
        PreparedBatch batch = batches.batch(step);
        double[] means = new double[3];
        for (int first = 0; first < images && Double.isFinite(means[0]); first += microBatch) {
            int count = Math.min(microBatch, images - first);
            double share = count / (double) images;
            try (Scope scope = backend.scope("step")) {
                Losses losses = forward(batch.part(first, count), step * images + first);
                Tensor total = losses.total().mean();
                means[0] += share * total.item();
                means[1] += share * losses.mse().mean().item();
                means[2] += share * losses.vb().mean().item();
                if (Double.isFinite(means[0])) {
                    (count == images ? total : total.mul(share)).backward();
                }
            }
        }
        return means;
    }

    /** The losses of images at consecutive positions of training. */
    private Losses forward(PreparedBatch batch, long start) {
        int n = batch.labels().length;
        Shape shape = Shape.of(n, model.channels(), model.height(), model.width());
        int[] t = new int[n];
        TimestepSampling timesteps = settings.get(DiffusionKnobs.TIMESTEP_SAMPLING);
        int masks = model.labelMasks();
        long[] labels = new long[masks * n];
        for (int i = 0; i < n; i++) {
            long position = start + i;
            for (int mask = 0; mask < masks; mask++) {
                labels[mask * n + i] = label(batch.labels()[i], position, mask);
            }
            t[i] = timesteps.draw(time, position, diffusion.schedule().steps());
        }
        Tensor clean = backend.tensor(batch.images(), shape, DType.FLOAT32); // (N, C, H, W)
        Tensor added = backend.tensor(batch.noises(), shape, DType.FLOAT32); // (N, C, H, W)
        Tensor y = backend.indices(labels, masks == 1 ? Shape.of(n) : Shape.of(masks, n)); // (N) or (masks, N)
        Tensor output = model.forward(diffusion.noisy(clean, t, added), diffusion.told(backend, t), y);
        return diffusion.losses(output, clean, t, added);
    }

    private long label(int label, long position, int mask) {
        boolean dropped = dropout.uniform(position, 0, mask) < settings.get(ArchitectureKnobs.CLASS_DROPOUT);
        return dropped ? model.nullLabel() : label;
    }

    @Override
    public void close() {
        batches.close();
        root.close();
    }
}
