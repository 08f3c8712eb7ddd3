package org.ditlab.backend.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibtorchMemoryTests {
    private final Backend backend = new LibtorchProvider().open(Device.CPU, 1);

    @Test
    void whatTheAllocatorsThrowIsRecognised() {
        Throwable large = catchThrowable(() -> backend.full(0, Shape.of(1 << 20, 1 << 20, 1 << 7), DType.FLOAT32));
        assertThat(large).isInstanceOf(RuntimeException.class);
        assertThat(backend.outOfMemory(large)).as(large.getMessage()).isTrue();
        Throwable pointer = catchThrowable(() -> new FloatPointer(1L << 47));
        assertThat(backend.outOfMemory(pointer)).as(String.valueOf(pointer)).isTrue();
        Throwable oneDnn = catchThrowable(() -> OneDnn.check("a product", dnnl.dnnl_out_of_memory));
        assertThat(backend.outOfMemory(oneDnn)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "std::bad_alloc",
                "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 15.77 GiB",
                "[enforce fail at alloc_cpu.cpp:75] . DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes",
                "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"
            })
    void whatOtherDevicesSayIsRecognised(String message) {
        assertThat(backend.outOfMemory(new IllegalStateException(new RuntimeException(message))))
                .isTrue();
    }

    @Test
    void otherProblemsAreNot() {
        assertThat(backend.outOfMemory(new OutOfMemoryError("Java heap space"))).isFalse();
        assertThat(backend.outOfMemory(new IllegalArgumentException("shape"))).isFalse();
        Throwable oneDnn = catchThrowable(() -> OneDnn.check("a product", dnnl.dnnl_invalid_arguments));
        assertThat(backend.outOfMemory(oneDnn)).isFalse();
    }
}
