package org.ditlab.backend.libtorch;

import org.ditlab.tensor.Device;
import org.ditlab.tensor.LinearAlgebraContract;
import org.ditlab.tensor.spi.Backend;

/** The contract, held by libtorch's LAPACK. */
class LibtorchLinearAlgebraTests extends LinearAlgebraContract {
    @Override
    protected Backend backend() {
        return new LibtorchProvider().open(Device.CPU, 2);
    }
}
