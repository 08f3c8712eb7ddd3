package org.ditlab.nn;

import java.util.List;
import org.ditlab.tensor.Composites;
import org.ditlab.tensor.Tensor;

/**
 * A DiT block with adaLN-Zero conditioning: attention and MLP branches, each modulated and gated by the condition.
 *
 * <p>Shapes: x (N, T, D), c (N, D) to (N, T, D). Source: DiT, figure 3.
 */
public final class DitBlock extends Module {
    /** The epsilon of every layer norm of the family. */
    public static final double EPSILON = 1e-6;

    private final Attention attn;
    private final Mlp mlp;
    private final AdaLn modulation;

    public DitBlock(int width, int heads, int hidden) {
        attn = child("attn", new Attention(width, heads));
        mlp = child("mlp", new Mlp(width, hidden));
        modulation = child("adaLN_modulation", new AdaLn(width, 6));
    }

    public Tensor forward(Tensor x, Tensor c) {
        return within(x, () -> {
            List<Tensor> m = modulation.forward(c); // shift, scale, gate of attention, then of the MLP: (N, 1, D) each
            Tensor attended = attn.forward(modulated(x, m.get(0), m.get(1))); // (N, T, D)
            Tensor h = Composites.gatedAdd(x, m.get(2), attended); // (N, T, D)
            Tensor fed = mlp.forward(modulated(h, m.get(3), m.get(4))); // (N, T, D)
            return Composites.gatedAdd(h, m.get(5), fed); // (N, T, D)
        });
    }

    private static Tensor modulated(Tensor x, Tensor shift, Tensor scale) {
        return Composites.modulate(Composites.layerNorm(x, EPSILON), shift, scale);
    }
}
