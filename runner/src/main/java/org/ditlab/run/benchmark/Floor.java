package org.ditlab.run.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ditlab.knob.Settings;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.nn.Parameter;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.AdamWState;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.train.Precision;

/**
 * Seconds that a training step cannot do without on this machine, measured piece by piece in tight loops whose results are
 * freed at once, so that their memory is reused, and summed by count: all matrix products forward and backward, all
 * convolutions forward and backward, and the optimiser with the average over all parameters.
 *
 * <p>Left out: everything element-wise (normalisation, modulation, activations, softmax, rotation, residuals, biases),
 * rearrangement, casts of operands and weights, embeddings, the loss, data and noise, and whatever caches lose between
 * operations. Linear layers are measured as products and as layers with their gradients, convolutions in two layouts and
 * depthwise ones in two types: the faster counts. Attention is its products, one after the other; one kernel can be faster.
 *
 * @param products seconds of matrix products
 * @param convolutions seconds of convolutions
 * @param optimiser seconds of AdamW and the average
 */
record Floor(double products, double convolutions, double optimiser) {
    private static final int WARM_UP = 2;
    private static final int MOST = 9;
    private static final int FEWEST = 3;
    private static final double PATIENCE = 0.25;

    double seconds() {
        return products + convolutions + optimiser;
    }

    static Floor measure(Backend backend, Settings settings, int batch, Precision precision) {
        double products = 0;
        double convolutions = 0;
        for (Map.Entry<FloorWork, Integer> entry : FloorWork.of(settings, batch).entrySet()) {
            FloorWork work = entry.getKey();
            switch (work.kind()) {
                case LINEAR ->
                    products += entry.getValue()
                            * Math.min(
                                    product(backend, work, precision.type()), layer(backend, work, precision.type()));
                case MATMUL -> products += entry.getValue() * product(backend, work, precision.type());
                case CONVOLUTION -> convolutions += entry.getValue() * convolution(backend, work, precision.type());
            }
        }
        return new Floor(products, convolutions, optimiser(backend, settings));
    }

    private static double product(Backend backend, FloorWork work, DType type) {
        boolean linear = work.kind() == FloorWork.Kind.LINEAR;
        try (Scope scope = backend.scope();
                Backend.Guard guard = backend.noGrad()) {
            Tensor a = filled(backend, work.first(), type);
            Tensor b = filled(backend, work.second(), type);
            Tensor g = filled(backend, work.result(), type);
            double seconds = median(backend, () -> {
                Tensor unused = linear ? a.linear(b, null) : a.matmul(b);
            });
            if (work.firstGradient()) {
                seconds += median(backend, () -> {
                    Tensor unused = g.matmul(linear ? b : swapped(b));
                });
            }
            if (work.secondGradient()) {
                seconds += median(backend, () -> {
                    Tensor unused = linear ? swapped(g).matmul(a) : swapped(a).matmul(g);
                });
            }
            return seconds;
        }
    }

    /** A linear layer forward and backward through the tape, less what the sum at its end takes. */
    private static double layer(Backend backend, FloorWork work, DType type) {
        try (Scope scope = backend.scope();
                Backend.Guard guard = backend.compute(type)) {
            Tensor x = backend.leaf(filled(backend, work.first(), type), work.firstGradient());
            Tensor weight = backend.leaf(filled(backend, work.second(), DType.FLOAT32), work.secondGradient());
            return beside(backend, work, type, () -> backward(backend, x.linear(weight, null), x, weight));
        }
    }

    /** Seconds of work that ends with a sum of its result, without the sum. */
    private static double beside(Backend backend, FloorWork work, DType type, Runnable run) {
        double seconds = median(backend, run);
        Tensor result = backend.leaf(filled(backend, work.result(), type), true);
        return Math.max(0, seconds - median(backend, () -> backward(backend, result, result)));
    }

    private static Tensor swapped(Tensor x) {
        return x.shape().rank() == 2 ? x.permute(1, 0) : x.permute(0, 2, 1);
    }

    /** The same of a convolution, depthwise ones in either type. */
    private static double convolution(Backend backend, FloorWork work, DType type) {
        return work.depthwise() && type != DType.FLOAT32
                ? Math.min(convolutionIn(backend, work, type), convolutionIn(backend, work, DType.FLOAT32))
                : convolutionIn(backend, work, type);
    }

    private static double convolutionIn(Backend backend, FloorWork work, DType type) {
        try (Scope scope = backend.scope();
                Backend.Guard guard = backend.compute(type)) {
            int channels = work.result().dim(1);
            Tensor kernel = backend.leaf(filled(backend, work.second(), DType.FLOAT32), work.secondGradient());
            Tensor bias = backend.leaf(filled(backend, Shape.of(channels), DType.FLOAT32), work.secondGradient());
            Shape image = work.first();
            int groups = work.depthwise() ? image.dim(1) : 1;
            double best = Double.POSITIVE_INFINITY;
            for (boolean last : new boolean[] {false, true}) {
                Shape laidOut = last ? Shape.of(image.dim(0), image.dim(2), image.dim(3), image.dim(1)) : image;
                Tensor x = backend.leaf(filled(backend, laidOut, type), work.firstGradient());
                Runnable run = () -> {
                    Tensor images = last ? x.permute(0, 3, 1, 2) : x;
                    backward(
                            backend,
                            images.conv2d(kernel, bias, work.stride(), work.padding(), work.padding(), groups),
                            x,
                            kernel,
                            bias);
                };
                best = Math.min(best, beside(backend, work, type, run));
            }
            return best;
        }
    }

    private static void backward(Backend backend, Tensor result, Tensor... leaves) {
        backend.backward(result.sum());
        for (Tensor leaf : leaves) {
            backend.clearGrad(leaf);
        }
    }

    private static double optimiser(Backend backend, Settings settings) {
        Denoiser model = ModelZoo.build(settings);
        try (Scope scope = backend.scope()) {
            List<List<Tensor>> lists =
                    List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (Parameter parameter : model.parameters().values()) {
                if (parameter.trainable()) {
                    Tensor value = backend.leaf(filled(backend, parameter.shape(), DType.FLOAT32), true);
                    backend.backward(value.sum());
                    lists.get(0).add(value);
                    for (List<Tensor> others : lists.subList(1, lists.size())) {
                        others.add(backend.full(0, parameter.shape(), DType.FLOAT32));
                    }
                }
            }
            AdamWState state = new AdamWState(
                    lists.get(0),
                    lists.get(1),
                    lists.get(2),
                    List.of(new AdamWState.Average(lists.get(3), 0.9999)),
                    0.9,
                    0.999,
                    1e-8,
                    0);
            return median(backend, () -> backend.adamW(state, 1e-4, 1));
        }
    }

    private static Tensor filled(Backend backend, Shape shape, DType type) {
        return backend.full(0.01, shape, type);
    }

    private static double median(Backend backend, Runnable work) {
        double[] seconds = new double[MOST];
        int done = 0;
        double spent = 0;
        for (int i = -WARM_UP; i < MOST && !(i >= FEWEST && spent > PATIENCE); i++) {
            long start = System.nanoTime();
            try (Scope scope = backend.scope()) {
                work.run();
            }
            await(backend);
            double took = (System.nanoTime() - start) / 1e9;
            if (i >= 0) {
                seconds[done++] = took;
                spent += took;
            }
        }
        Arrays.sort(seconds, 0, done);
        return seconds[done / 2];
    }

    /** Waits until an accelerator has done what it was given. */
    static void await(Backend backend) {
        try (Scope scope = backend.scope()) {
            float[] unused = backend.full(0, Shape.of(1), DType.FLOAT32).toFloats();
        }
    }
}
