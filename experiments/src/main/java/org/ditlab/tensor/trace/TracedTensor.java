package org.ditlab.tensor.trace;

import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;

/** A shape and a type, and which operation made it. */
final class TracedTensor extends Tensor {
    /** The producer of parameters, inputs and constants. */
    static final int SOURCE = -1;

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

    int producer() {
        return producer;
    }
}
