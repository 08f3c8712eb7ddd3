package org.ditlab.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
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

    /** The means of one step over its batch. */
    public record Step(long step, double loss, double mse, double vb, double seconds) {
        /** Whether training can go on. */
        public boolean finite() {
            return Double.isFinite(loss);
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
        batches = new BatchQueue(
                data,
                settings.get(TrainKnobs.FLIP),
                streams,
                settings.get(TrainKnobs.BATCH),
                settings.get(TrainKnobs.STEPS));
        state = new TrainState(backend, model, settings.get(TrainKnobs.STEPS), settings.get(TrainKnobs.WEIGHT_DECAY));
        time = streams.stream("time");
        dropout = streams.stream("dropout");
    }

    /** Continues from the newest whole checkpoint of a directory, if there is one; tells the steps done. */
    public long resume(Path directory) throws IOException {
        Checkpoint.resume(directory, state, backend);
        return state.step();
    }

    public void save(Path directory) throws IOException {
        Checkpoint.write(directory, state);
    }

    /** Removes the checkpoints of a directory: a finished run no longer needs them. */
    public static void clear(Path directory) throws IOException {
        Checkpoint.clear(directory);
    }

    /** The averaged weights by the model's names. */
    public StateDict averagedWeights() {
        return state.averaged();
    }

    public long steps() {
        return state.step();
    }

    /** Seconds of training so far, attempts before this one included. */
    public double seconds() {
        return state.seconds();
    }

    /** Mean loss over the last tenth of the steps done (at least one); NaN before the first. */
    public double recentLoss() {
        int done = (int) state.step();
        int tail = Math.max(1, done / 10);
        double sum = 0;
        for (float loss : Arrays.copyOfRange(state.losses(), Math.max(0, done - tail), done)) {
            sum += loss;
        }
        return sum / tail;
    }

    /** One optimiser step. With a loss that is not finite the weights stay as they are. */
    public Step step() {
        long start = System.nanoTime();
        try (Scope scope = backend.scope("step");
                Backend.Guard guard =
                        backend.compute(settings.get(TrainKnobs.PRECISION).type())) {
            Losses losses = forward(state.step());
            Tensor total = losses.total().mean();
            double loss = total.item();
            double mse = losses.mse().mean().item();
            double vb = losses.vb().mean().item();
            long next = state.step() + 1;
            if (Double.isFinite(loss)) {
                total.backward();
                state.update(learningRate(next), settings.get(TrainKnobs.EMA_DECAY), loss);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            state.spent(seconds);
            return new Step(next, loss, mse, vb, seconds);
        }
    }

    private Losses forward(long step) {
        int n = settings.get(TrainKnobs.BATCH);
        Shape shape = Shape.of(n, model.channels(), model.height(), model.width());
        PreparedBatch batch = batches.batch(step);
        int[] t = new int[n];
        TimestepSampling timesteps = settings.get(DiffusionKnobs.TIMESTEP_SAMPLING);
        int masks = model.labelMasks();
        long[] labels = new long[masks * n];
        for (int i = 0; i < n; i++) {
            long position = step * n + i;
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

    private double learningRate(long step) {
        int warmup = settings.get(TrainKnobs.WARMUP);
        return settings.get(TrainKnobs.LEARNING_RATE) * (step < warmup ? step / (double) warmup : 1);
    }

    @Override
    public void close() {
        batches.close();
        root.close();
    }
}
