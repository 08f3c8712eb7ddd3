package org.ditlab.tensor.reference;

import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;

/**
 * Row-major values as doubles that are already rounded to the tensor's type. An array is never written after it was
 * handed to a tensor, so that views and the tape may share it; {@link #assign} puts another in its place.
 */
final class ReferenceTensor extends Tensor {
    private final Backend backend;
    private final boolean requiresGrad;
    private double[] values;
    private @Nullable Step step;
    private double @Nullable [] gradient;

    ReferenceTensor(
            Backend backend, Shape shape, DType dtype, double[] values, boolean requiresGrad, @Nullable Step step) {
        super(shape, dtype);
        this.backend = backend;
        this.values = values;
        this.requiresGrad = requiresGrad;
        this.step = step;
    }

    @Override
    public Backend backend() {
        return backend;
    }

    double[] values() {
        return values;
    }

    void assign(double[] replacement) {
        values = replacement;
    }

    /** Whether gradients flow to or through this tensor. */
    boolean requiresGrad() {
        return requiresGrad;
    }

    /** How this tensor was made; null for a leaf. */
    @Nullable
    Step step() {
        return step;
    }

    void forget() {
        step = Step.FREED;
    }

    /** The accumulated gradient of a leaf. */
    double @Nullable [] gradient() {
        return gradient;
    }

    void gradient(double @Nullable [] accumulated) {
        gradient = accumulated;
    }

    int size() {
        return values.length;
    }
}
