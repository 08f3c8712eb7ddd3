package org.ditlab.metric;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.data.EpochOrder;
import org.ditlab.data.ImageDataset;
import org.ditlab.nn.Parameter;
import org.ditlab.nn.StateDict;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.AdamWState;
import org.ditlab.tensor.spi.Backend;

/**
 * Trains the classifier that {@link ClassifierExtractor} takes features of: cross-entropy, AdamW with a warm-up and a cosine
 * down to 0, images mirrored half of the time and shifted by up to an eighth. The seed is a constant: equal data and knobs
 * give equal weights, whatever the trials' seeds.
 */
public final class ClassifierTrainer implements AutoCloseable {
    private static final int BATCH = 64;
    private static final double LEARNING_RATE = 4e-3;
    private static final double WEIGHT_DECAY = 0.01;

    private final Backend backend;
    private final ImageDataset data;
    private final ClassifierExtractor.Form form;
    private final int steps;
    private final Scope root;
    private final ClassifierNet net;
    private final List<Tensor> weights = new ArrayList<>();
    private final AdamWState adamW;
    private final EpochOrder order;
    private final RandomStream mirror;
    private final RandomStream shift;
    private final byte[] image;
    private int step;

    /**
     * Declares the network and gives it its starting weights.
     *
     * @param data training split, square images
     * @param dimensions of the features
     * @param steps to train for
     */
    public ClassifierTrainer(Backend backend, ImageDataset data, int dimensions, int steps) {
        if (data.height() != data.width()) {
            throw new IllegalArgumentException("images of " + data.height() + "x" + data.width() + " are not square");
        }
        this.backend = backend;
        this.data = data;
        this.steps = steps;
        form = new ClassifierExtractor.Form(
                data.name(),
                data.channels(),
                data.height(),
                dimensions,
                data.classNames().size());
        Streams streams = new Streams(0xC1A551F);
        order = new EpochOrder(streams.stream("data").named("order"), data.size());
        mirror = streams.stream("data").named("flip");
        shift = streams.stream("data").named("shift");
        image = new byte[data.channels() * data.height() * data.width()];
        root = backend.scope("classifier");
        net = form.net();
        net.materialize(backend, streams);
        List<Tensor> first = new ArrayList<>();
        List<Tensor> second = new ArrayList<>();
        for (Parameter parameter : net.parameters().values()) {
            weights.add(parameter.value());
            first.add(backend.full(0, parameter.shape(), DType.FLOAT32));
            second.add(backend.full(0, parameter.shape(), DType.FLOAT32));
        }
        adamW = new AdamWState(weights, first, second, List.of(), 0.9, 0.999, 1e-8, WEIGHT_DECAY);
    }

    /** Whether all steps are done. */
    public boolean done() {
        return step >= steps;
    }

    /** Steps done. */
    public int steps() {
        return step;
    }

    /** One optimiser step; gives the mean loss of its batch. */
    public double step() {
        int length = image.length;
        int classes = form.classes();
        float[] images = new float[BATCH * length];
        float[] targets = new float[BATCH * classes];
        for (int i = 0; i < BATCH; i++) {
            int label = fill((long) step * BATCH + i, images, i * length);
            targets[i * classes + label] = 1;
        }
        step++;
        try (Scope scope = backend.scope("step")) {
            Shape shape = Shape.of(BATCH, form.channels(), form.size(), form.size());
            Tensor logits = net.logits(net.features(backend.tensor(images, shape, DType.FLOAT32))); // (N, classes)
            Tensor target = backend.tensor(targets, Shape.of(BATCH, classes), DType.FLOAT32); // (N, classes)
            Tensor loss = logits.logSoftmax(-1).mul(target).sum().mul(-1.0 / BATCH); // ()
            loss.backward();
            backend.adamW(adamW, learningRate(), step);
            weights.forEach(backend::clearGrad);
            return loss.item();
        }
    }

    private double learningRate() {
        double warmup = Math.max(1, Math.min(50, steps / 10.0));
        double progress = (double) step / steps;
        return LEARNING_RATE * Math.min(1, step / warmup) * 0.5 * (1 + Math.cos(Math.PI * progress));
    }

    /** Writes one augmented training image in [-1, 1] and gives its label. */
    private int fill(long position, float[] out, int offset) {
        int index = order.index(position);
        data.read(index, image, 0);
        int size = form.size();
        int reach = size / 8;
        int down = shift.integer(position, 0, 0, 2 * reach + 1) - reach;
        int right = shift.integer(position, 0, 1, 2 * reach + 1) - reach;
        boolean mirrored = mirror.uniform(position, 0, 0) < 0.5;
        for (int channel = 0; channel < form.channels(); channel++) {
            for (int y = 0; y < size; y++) {
                int row = (channel * size + clamp(y - down, size)) * size;
                for (int x = 0; x < size; x++) {
                    int column = clamp(x - right, size);
                    byte value = image[row + (mirrored ? size - 1 - column : column)];
                    out[offset + (channel * size + y) * size + x] = ClassifierExtractor.scaled(value);
                }
            }
        }
        return data.label(index);
    }

    /** What is shifted in repeats the edge. */
    private static int clamp(int position, int size) {
        return Math.max(0, Math.min(size - 1, position));
    }

    /** The weights as they are now. */
    public ClassifierExtractor extractor() {
        return new ClassifierExtractor(backend, form, StateDict.of(net));
    }

    @Override
    public void close() {
        root.close();
    }
}
