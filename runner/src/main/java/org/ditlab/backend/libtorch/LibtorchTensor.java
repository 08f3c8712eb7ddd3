package org.ditlab.backend.libtorch;

import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;

/** A handle of a native tensor; freed with the scope it was made in. */
final class LibtorchTensor extends Tensor {
    private final LibtorchBackend backend;
    private final org.bytedeco.pytorch.Tensor handle;

    LibtorchTensor(LibtorchBackend backend, org.bytedeco.pytorch.Tensor handle, Shape shape, DType dtype) {
        super(shape, dtype);
        this.backend = backend;
        this.handle = handle;
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
