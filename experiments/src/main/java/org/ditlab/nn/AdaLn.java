package org.ditlab.nn;

import java.util.List;
import org.ditlab.tensor.Composites;
import org.ditlab.tensor.Tensor;

/**
 * The conditioning of an adaptive layer norm: {@code Linear(SiLU(c))} cut into parts, zero at the start; with gates among
 * the parts a block begins as the identity.
 *
 * <p>Shapes: c (N, D) to parts of (N, 1, C). Source: DiT, section 3.2 (adaLN-Zero).
 */
public final class AdaLn extends Module {
    private final Linear linear;
    private final int parts;

    public AdaLn(int conditionWidth, int width, int parts) {
        this.parts = parts;
        linear = child("1", new Linear(conditionWidth, parts * width, Initializer.zeros()));
    }

    public List<Tensor> forward(Tensor c) {
        Tensor all = linear.forward(Composites.silu(c)); // (N, parts C)
        return all.reshape(all.dim(0), 1, all.dim(1)).chunk(parts, 2); // parts x (N, 1, C)
    }
}
