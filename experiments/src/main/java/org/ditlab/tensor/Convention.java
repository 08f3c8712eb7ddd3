package org.ditlab.tensor;

import java.util.EnumSet;
import java.util.Set;

/** What a printed cost counts, per forward pass at batch 1. Papers call all three "Gflops". */
public enum Convention {
    /** Multiply-accumulates of linear layers, convolutions and matrix products, nothing else. */
    MACS("MACs", EnumSet.noneOf(Product.class)),
    /** What torchprofile counts, and the U-DiT paper prints: MACs plus one per element of certain multiplications. */
    TORCHPROFILE(
            "MACs + elementwise products (torchprofile)",
            EnumSet.of(Product.MODULATION, Product.GATE, Product.ATTENTION_SCALE, Product.TIMESTEP, Product.ROTATION)),
    /** What the DiT paper prints: MACs plus one per element of each layer norm. */
    DIT_PAPER("MACs + layer norm (DiT paper)", EnumSet.of(Product.LAYER_NORM));

    private final String label;
    private final Set<Product> products;

    Convention(String label, Set<Product> products) {
        this.label = label;
        this.products = products;
    }

    public String label() {
        return label;
    }

    public boolean counts(Product product) {
        return products.contains(product);
    }
}
