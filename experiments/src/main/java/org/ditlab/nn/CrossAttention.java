package org.ditlab.nn;

import java.util.List;
import org.ditlab.tensor.Composites;
import org.ditlab.tensor.Tensor;

/**
 * Multi-head attention of the tokens to the condition's tokens.
 *
 * <p>Shapes: x (N, T, C), c (N, S, D) to (N, T, C). Cost: 2 T C^2 + 2 S C D + 2 T S C multiply-accumulates. Source: DiT,
 * arXiv:2212.09748, section 3.2 (cross-attention block).
 */
public final class CrossAttention extends Module {
    private final Linear q;
    private final Linear kv;
    private final Linear proj;
    private final TokenGroups heads;
    private final Lineage lineage;

    public CrossAttention(BlockForm block) {
        int width = block.width();
        lineage = block.lineage();
        heads = new TokenGroups(block.grid(), 1, block.heads());
        q = child("q", new Linear(width, width));
        kv = child("kv", new Linear(block.conditionWidth(), 2 * width));
        proj = child("proj", new Linear(width, width));
    }

    public Tensor forward(Tensor x, Tensor c) {
        return within(x, () -> {
            Tensor query = heads.split(q.forward(x)); // (N, heads, T, d)
            List<Tensor> parts = kv.forward(c).chunk(2, 2); // 2 x (N, S, C)
            Tensor key = heads.split(parts.get(0)); // (N, heads, S, d)
            Tensor value = heads.split(parts.get(1));
            double scale = 1 / Math.sqrt(query.dim(-1));
            long scaled = lineage.scaled(query, key);
            return proj.forward(heads.merge(Composites.attention(query, key, value, scale, scaled))); // (N, T, C)
        });
    }
}
