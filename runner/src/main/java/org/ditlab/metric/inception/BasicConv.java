package org.ditlab.metric.inception;

import org.ditlab.nn.Initializer;
import org.ditlab.nn.Module;
import org.ditlab.nn.StateDict;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.spi.PreparedConvolution;
import org.jspecify.annotations.Nullable;

/**
 * Convolution without bias, batch norm with the statistics of training, ReLU. The norm is folded into the convolution when
 * weights are given, in float64 with one rounding: {@code w' = w s}, {@code b' = beta - mean s},
 * {@code s = gamma / sqrt(var + 0.001)}.
 */
final class BasicConv extends Module implements Layer {
    private static final double EPSILON = 0.001;

    /** Declares parameters for their names and shapes. */
    private static final class Declared extends Module {
        private Declared with(String name, int... dims) {
            parameter(name, Shape.of(dims), Initializer.zeros());
            return this;
        }
    }

    private final int stride;
    private final int padHeight;
    private final int padWidth;
    private @Nullable PreparedConvolution folded;

    BasicConv(int in, int out, int height, int width, int stride, int padHeight, int padWidth) {
        this.stride = stride;
        this.padHeight = padHeight;
        this.padWidth = padWidth;
        child("conv", new Declared().with("weight", out, in, height, width));
        child(
                "bn",
                new Declared()
                        .with("weight", out)
                        .with("bias", out)
                        .with("running_mean", out)
                        .with("running_var", out));
    }

    /** Takes its weights, in the type given; what it makes lives in the innermost scope. */
    void load(Backend backend, StateDict weights, DType type) {
        Tensor weight;
        Tensor bias;
        try (Scope scope = backend.scope()) {
            Tensor variance = value(backend, weights, "bn.running_var"); // (O)
            Tensor mean = value(backend, weights, "bn.running_mean"); // (O)
            Tensor kernel = value(backend, weights, "conv.weight"); // (O, C, kh, kw)
            Tensor scale = value(backend, weights, "bn.weight")
                    .div(variance.add(EPSILON).sqrt()); // (O)
            weight = scope.keep(
                    backend.leaf(kernel.mul(scale.reshape(-1, 1, 1, 1)).cast(type), false));
            bias = scope.keep(backend.leaf(
                    value(backend, weights, "bn.bias").sub(mean.mul(scale)).cast(type), false));
        }
        folded = backend.convolutionRelu(weight, bias, stride, padHeight, padWidth);
    }

    private Tensor value(Backend backend, StateDict weights, String name) {
        StateDict.Entry entry = weights.entries().get(path() + "." + name);
        return backend.tensor(entry.values(), entry.shape(), DType.FLOAT64);
    }

    @Override
    public Tensor forward(Tensor x) {
        if (folded == null) {
            throw new IllegalStateException(path() + " has no weights yet: call load first");
        }
        return within(x, () -> folded.apply(x)); // (N, O, H', W')
    }
}
