package org.ditlab.diffusion.sampler;

import java.util.stream.IntStream;
import org.ditlab.diffusion.GaussianDiffusion;
import org.ditlab.knob.Settings;
import org.ditlab.model.Denoiser;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;

/**
 * Draws numbered images from a model. Image i has its own noise and label, and images run in chunks of a fixed size, so
 * that image i is the same whatever range is asked for.
 */
public final class ImageSampler {
    /** Images in a chunk, unless said otherwise; a range starts at a multiple of it. */
    public static final int CHUNK = 64;

    /** Images that a large model is given at once: its activations stay small, and none of its operations is short. */
    private static final int FEW = 16;

    /** Parameters from which a model is large. */
    private static final long LARGE = 4_000_000;

    private final Backend backend;
    private final Denoiser model;
    private final Settings settings;
    private final GaussianDiffusion diffusion;
    private final Sampler sampler;
    private final long seed;
    private final int size;
    private final int pass;
    private final int[] asked;
    private final RandomStream noise;
    private final RandomStream labels;

    /**
     * Prepares sampling.
     *
     * @param model materialized and loaded
     * @param settings of sampling, and of training what the diffusion process depends on
     */
    public ImageSampler(Backend backend, Denoiser model, Settings settings, long seed) {
        this(backend, model, settings, seed, CHUNK, new int[0]);
    }

    private ImageSampler(Backend backend, Denoiser model, Settings settings, long seed, int size, int[] asked) {
        this.backend = backend;
        this.model = model;
        this.settings = settings;
        this.seed = seed;
        this.size = size;
        pass = model.parameterCount() < LARGE ? size : Math.min(size, FEW);
        this.asked = asked;
        diffusion = GaussianDiffusion.of(settings, model.learnsSigma()).respaced(settings.get(SampleKnobs.STEPS));
        sampler = Samplers.of(settings);
        RandomStream stream = new Streams(seed).stream("sample");
        noise = stream.named("noise");
        labels = stream.named("label");
    }

    /** The same with so many images in a chunk: images of another number may differ by rounding. */
    public ImageSampler inChunksOf(int images) {
        return new ImageSampler(backend, model, settings, seed, images, asked);
    }

    /** The same asking for these classes in turn; for {@code sample.labels} when there are none. */
    public ImageSampler asking(int... classes) {
        return new ImageSampler(backend, model, settings, seed, size, classes.clone());
    }

    /** Images in a chunk. */
    public int size() {
        return size;
    }

    /** The class that image i is asked for. */
    public int label(long i) {
        if (asked.length > 0) {
            return asked[(int) (i % asked.length)];
        }
        int classes = model.classes();
        return switch (settings.get(SampleKnobs.LABELS)) {
            case UNIFORM -> labels.integer(i, 0, 0, classes);
            case BALANCED -> (int) (i % classes);
        };
    }

    /** The classes of the first images. */
    public long[] labels(int count) {
        return IntStream.range(0, count).mapToLong(this::label).toArray();
    }

    /** {@link #values} as bytes (count, C, H, W): [-1, 1] becomes 0 to 255. */
    public byte[] chunk(long first, int count) {
        return bytes(values(first, count));
    }

    /**
     * Draws the images of one chunk.
     *
     * @param first index of the first image, a multiple of {@link #size}
     * @param count images wanted, at most {@link #size}; the rest of the last pass is computed all the same
     * @return (count, C, H, W)
     */
    public float[] values(long first, int count) {
        int each = model.channels() * model.height() * model.width();
        float[] values = new float[count * each];
        for (int from = 0; from < count; from += pass) {
            float[] some = together(first + from);
            System.arraycopy(some, 0, values, from * each, Math.min(pass, count - from) * each);
        }
        return values;
    }

    /** The images that go through the model together, (pass, C, H, W). */
    private float[] together(long first) {
        Shape shape = Shape.of(pass, model.channels(), model.height(), model.width());
        try (Backend.Guard guard = backend.noGrad();
                Scope scope = backend.scope("sample")) {
            Tensor start = drawn(first, GaussianDiffusion.TIMESTEPS, shape);
            ModelFunction function = Guidance.of(
                    model,
                    indices(first, false),
                    indices(first, true),
                    settings.get(SampleKnobs.GUIDANCE),
                    settings.get(SampleKnobs.GUIDANCE_CHANNELS));
            Tensor images = sampler.sample(
                    function,
                    diffusion,
                    start,
                    t -> drawn(first, diffusion.schedule().timestep(t), shape),
                    settings.get(SampleKnobs.CLIP));
            return images.toFloats();
        }
    }

    /**
     * The noise of a chunk at a timestep of the training schedule, so that it is the same however many steps are taken; the
     * start of the chain counts as the timestep after the last.
     */
    private Tensor drawn(long first, int timestep, Shape shape) {
        float[] values = new float[(int) shape.elements()];
        int each = values.length / pass;
        for (int i = 0; i < pass; i++) {
            noise.normal(first + i, timestep, values, i * each, each);
        }
        return backend.tensor(values, shape, DType.FLOAT32);
    }

    private Tensor indices(long first, boolean none) {
        long[] values = new long[pass];
        for (int i = 0; i < pass; i++) {
            values[i] = none ? Math.max(0, model.nullLabel()) : label(first + i);
        }
        return backend.indices(values, Shape.of(pass));
    }

    /** {@code clamp(127.5 x + 128)}, truncated, value by value: the rounding of DiT's sampling script. NaN gives 0. */
    public static byte[] bytes(float[] values) {
        byte[] out = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            out[i] = (byte) (int) Math.max(0, Math.min(255, 127.5f * values[i] + 128));
        }
        return out;
    }
}
