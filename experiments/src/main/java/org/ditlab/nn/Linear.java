package org.ditlab.nn;

import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;

/** {@code x W^T + b}: (..., in) to (..., out). Parameters {@code weight} (out, in) and {@code bias} (out). */
public final class Linear extends Module {
    private final Parameter weight;
    private final Parameter bias;

    /** Xavier-uniform weight, zero bias, as DiT initialises every linear layer. */
    public Linear(int in, int out) {
        this(in, out, Initializer.xavierUniform());
    }

    public Linear(int in, int out, Initializer weights) {
        weight = parameter("weight", Shape.of(out, in), weights);
        bias = parameter("bias", Shape.of(out), Initializer.zeros());
    }

    public Tensor forward(Tensor x) {
        return x.linear(weight.value(), bias.value());
    }
}
