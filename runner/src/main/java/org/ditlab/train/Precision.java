package org.ditlab.train;

import org.ditlab.tensor.DType;

/** The type in which matrix products and dense convolutions run; weights and moments stay float32. */
public enum Precision {
    FP32(DType.FLOAT32),
    BF16(DType.BFLOAT16);

    private final DType type;

    Precision(DType type) {
        this.type = type;
    }

    public DType type() {
        return type;
    }
}
