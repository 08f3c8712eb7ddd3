package org.ditlab.metric.inception;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.ditlab.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * One of the 472 tensors of the network by its names in the files that it is published in.
 *
 * @param name in PyTorch's state dict, which is the name used here
 * @param shape as in PyTorch
 * @param graph the constant in TensorFlow's graph
 * @param layout how the constant lies there
 * @param script in a script module; null for the scale of a batch normalisation, which is left out there, being 1
 */
record InceptionTensor(
        String name,
        Shape shape,
        String graph,
        Layout layout,
        @Nullable String script) {
    static final int FEATURES = 2048;
    static final int CLASSES = 1008;

    /** How a constant of the graph becomes PyTorch's tensor. */
    enum Layout {
        SAME,
        /** (kernel height, kernel width, in, out) becomes (out, in, kernel height, kernel width). */
        KERNEL,
        /** (in, out) becomes (out, in). */
        TRANSPOSED
    }

    boolean isScale() {
        return script == null;
    }

    /** All of them, in the order of PyTorch's state dict. */
    static List<InceptionTensor> all() {
        List<InceptionTensor> tensors = new ArrayList<>();
        for (InceptionConvolution one : InceptionConvolution.all()) {
            String norm = one.name() + ".bn.";
            String graph = one.scope() + "/batchnorm/";
            Shape channels = Shape.of(one.out());
            tensors.add(new InceptionTensor(
                    one.name() + ".conv.weight",
                    one.kernel(),
                    one.scope() + "/conv2d_params",
                    Layout.KERNEL,
                    one.script() + ".weight"));
            tensors.add(new InceptionTensor(norm + "weight", channels, graph + "gamma", Layout.SAME, null));
            tensors.add(
                    new InceptionTensor(norm + "bias", channels, graph + "beta", Layout.SAME, one.script() + ".beta"));
            tensors.add(new InceptionTensor(
                    norm + "running_mean", channels, graph + "moving_mean", Layout.SAME, one.script() + ".mean"));
            tensors.add(new InceptionTensor(
                    norm + "running_var", channels, graph + "moving_variance", Layout.SAME, one.script() + ".var"));
        }
        tensors.add(new InceptionTensor(
                "fc.weight", Shape.of(CLASSES, FEATURES), "softmax/weights", Layout.TRANSPOSED, "output.weight"));
        tensors.add(new InceptionTensor("fc.bias", Shape.of(CLASSES), "softmax/biases", Layout.SAME, "output.bias"));
        return Collections.unmodifiableList(tensors);
    }
}
