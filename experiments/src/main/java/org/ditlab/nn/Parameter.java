package org.ditlab.nn;

import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A named tensor of a module: declared with its shape and initialiser, given a value by {@link Module#materialize}. */
public final class Parameter {
    private final String name;
    private final Shape shape;
    private final Initializer initializer;
    private final boolean trainable;
    private @Nullable Tensor value;

    Parameter(String name, Shape shape, Initializer initializer, boolean trainable) {
        this.name = name;
        this.shape = shape;
        this.initializer = initializer;
        this.trainable = trainable;
    }

    /** The name within its module, {@code weight}. */
    public String name() {
        return name;
    }

    public Shape shape() {
        return shape;
    }

    public Initializer initializer() {
        return initializer;
    }

    /** False for frozen tables, which are part of the state dict all the same. */
    public boolean trainable() {
        return trainable;
    }

    public Tensor value() {
        if (value == null) {
            throw new IllegalStateException("parameter " + name + " has no value yet: call materialize first");
        }
        return value;
    }

    void set(Tensor tensor) {
        value = tensor;
    }
}
