package org.ditlab.backend.libtorch;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.ditlab.tensor.BackendContract;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.BeforeAll;

/** The contract, held by libtorch on a GPU where there is one and the build has CUDA ({@code -Pcuda}). */
class CudaTests extends BackendContract {
    @BeforeAll
    static void needsGpu() {
        assumeTrue(
                new LibtorchProvider().devices().contains(Device.CUDA),
                "no GPU, or a build without -Pcuda: the contract is not run on CUDA");
    }

    @Override
    protected Backend backend() {
        return new LibtorchProvider().open(Device.CUDA, 2);
    }
}
