package org.ditlab.tensor.trace;

import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;

/** A shape and a type, and which operation made it. */
final class TracedTensor extends Tensor {
    private final TracingBackend backend;
    private final int producer;

    TracedTensor(TracingBackend backend, Shape shape, DType dtype, int producer) {
        super(shape, dtype);
        this.backend = backend;
        this.producer = producer;
    }

    @Override
    public Backend backend() {
        return backend;
    }

    /** The operation that made it; negative for parameters, inputs and constants. */
    int producer() {
        return producer;
    }
}
