package org.ditlab.nn;

import java.util.List;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;

/**
 * Joins the decoder with the encoder's tokens of the same stage: concatenation, then a linear map.
 *
 * <p>Shapes: up (N, T, C), skip (N, T, C) to (N, T, out). Source: U-DiT's code; Ronneberger et al., U-Net.
 */
public final class SkipFuse extends Linear {
    public SkipFuse(int width, int out) {
        super(Shape.of(out, 2 * width, 1, 1));
    }

    public Tensor forward(Tensor up, Tensor skip) {
        return within(up, () -> forward(Tensor.concat(2, List.of(up, skip)))); // (N, T, out)
    }
}
