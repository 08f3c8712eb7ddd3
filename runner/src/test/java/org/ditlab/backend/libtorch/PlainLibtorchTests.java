package org.ditlab.backend.libtorch;

import org.ditlab.tensor.BackendContract;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.spi.Backend;

/** The contract, held by libtorch without the kernels of a CPU: what a GPU runs, here on the CPU. */
class PlainLibtorchTests extends BackendContract {
    @Override
    protected Backend backend() {
        return new LibtorchBackend(Device.CPU, 2);
    }
}
