package org.ditlab.nn;

import java.util.List;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;

/**
 * Joins the decoder with the encoder's tokens of the same stage: concatenation, then a linear map.
 *
 * <p>Shapes: up (N, T, C), skip (N, T, C) to (N, T, out). Source: U-DiT's code; Ronneberger et al., U-Net.
 */
public final class SkipFuse extends Module {
    private final Parameter weight;
    private final Parameter bias;

    public SkipFuse(int width, int out) {
        weight = parameter("weight", Shape.of(out, 2 * width, 1, 1), Initializer.xavierUniform());
        bias = parameter("bias", Shape.of(out), Initializer.zeros());
    }

    public Tensor forward(Tensor up, Tensor skip) {
        return within(up, () -> {
            Tensor both = Tensor.concat(2, List.of(up, skip)); // (N, T, 2 C)
            Tensor matrix = weight.value();
            return both.linear(matrix.reshape(matrix.dim(0), matrix.dim(1)), bias.value()); // (N, T, out)
        });
    }
}
