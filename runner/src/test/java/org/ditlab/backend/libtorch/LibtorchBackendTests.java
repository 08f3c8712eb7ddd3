package org.ditlab.backend.libtorch;

import org.ditlab.tensor.BackendContract;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.spi.Backend;

/** The contract, held by libtorch on the CPU. */
class LibtorchBackendTests extends BackendContract {
    @Override
    protected Backend backend() {
        return new LibtorchProvider().open(Device.CPU, 2);
    }
}
