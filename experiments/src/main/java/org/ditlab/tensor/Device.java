package org.ditlab.tensor;

/** Where a backend keeps and computes its tensors. */
public enum Device {
    CPU,
    CUDA
}
