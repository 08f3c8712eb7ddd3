package org.ditlab.backend.libtorch;

import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A handle of a native tensor; freed with the scope it was made in. */
final class LibtorchTensor extends Tensor {
    private final LibtorchBackend backend;
    private final org.bytedeco.pytorch.Tensor handle;
    private final @Nullable LibtorchTensor reshaped;
    private boolean parameter;

    LibtorchTensor(LibtorchBackend backend, org.bytedeco.pytorch.Tensor handle, Shape shape, DType dtype) {
        this(backend, handle, shape, dtype, null);
    }

    /** @param reshaped the leaf that this is, under another shape, or null */
    LibtorchTensor(
            LibtorchBackend backend,
            org.bytedeco.pytorch.Tensor handle,
            Shape shape,
            DType dtype,
            @Nullable LibtorchTensor reshaped) {
        super(shape, dtype);
        this.backend = backend;
        this.handle = handle;
        this.reshaped = reshaped;
    }

    /** The leaf with the same elements in the same order; this where there is no other. */
    LibtorchTensor source() {
        return reshaped == null ? this : reshaped;
    }

    /** Marks a leaf that lasts, as a model's weights do. */
    LibtorchTensor lasting() {
        parameter = true;
        return this;
    }

    /** Whether it was made as a leaf, {@link org.ditlab.tensor.spi.Backend#leaf}: what a model's weights are. */
    boolean parameter() {
        return parameter;
    }

    /** Whether its memory is gone. */
    boolean freed() {
        return handle.isNull();
    }

    @Override
    public LibtorchBackend backend() {
        return backend;
    }

    /** The native tensor. */
    org.bytedeco.pytorch.Tensor handle() {
        if (handle.isNull()) {
            throw new IllegalStateException(
                    "tensor " + this + " was freed with its scope; keep it there to use it later");
        }
        return handle;
    }
}
