package org.ditlab.backend.libtorch;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.global.torch;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;

/** The modes of the backend: what guards switch on and off. */
abstract class LibtorchModes implements Backend {
    final GradientTape tape = new GradientTape();
    final Recomputation recomputation = new Recomputation(this, tape);
    DType computeType = DType.FLOAT32;
    private boolean channelsLast = true;

    /**
     * What libtorch's allocators, the C++ library, CUDA's libraries, our oneDNN calls and JavaCPP say, and libtorch of a oneDNN kernel
     * that finds no memory; that a kernel does not exist it says alike, which a smaller micro-batch then does not cure.
     */
    private static final Pattern NO_MEMORY = Pattern.compile(
            "can't allocate memory|not enough memory|could not create a (memory|primitive)|std::bad_alloc|out of memory|out_of_memory|STATUS_ALLOC_FAILED"
                    + "|Cannot allocate new [A-Za-z]+Pointer",
            Pattern.CASE_INSENSITIVE);

    @Override
    public final boolean outOfMemory(Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            // Java's own OutOfMemoryError is about its heap, but for the words that are JavaCPP's.
            if (each.getMessage() != null
                    && NO_MEMORY.matcher(each.getMessage()).find()) {
                return true;
            }
        }
        return false;
    }

    /** A native result as a tensor of this backend. */
    abstract LibtorchTensor wrap(org.bytedeco.pytorch.Tensor result);

    /** Whether images keep the memory that tokens have. */
    final boolean channelsLast() {
        return channelsLast;
    }

    /** An image (N, C, H, W) in the memory that convolutions are to take. */
    final org.bytedeco.pytorch.Tensor layout(org.bytedeco.pytorch.Tensor image) {
        return channelsLast ? image : image.contiguous();
    }

    @Override
    public final void release(Tensor x) {
        if (!GradMode.is_enabled() && !recomputation.first()) {
            LibtorchBackend.of(x).close();
        }
    }

    @Override
    public final Guard noGrad() {
        AutoGradMode mode = new AutoGradMode(false);
        return mode::close;
    }

    @Override
    public final Guard compute(DType type) {
        DType before = computeType;
        computeType = type;
        return () -> computeType = before;
    }

    @Override
    public final Guard recompute(boolean wanted) {
        return recomputation.set(wanted);
    }

    @Override
    public final Tensor recomputed(List<Tensor> inputs, Function<List<Tensor>, Tensor> part) {
        return recomputation.apply(inputs, part);
    }

    @Override
    public final Guard channelsLast(boolean wanted) {
        boolean before = channelsLast;
        channelsLast = wanted;
        return () -> channelsLast = before;
    }

    /** On a GPU; operations that have no deterministic algorithm there warn. A CPU's all are deterministic. */
    @Override
    public final Guard deterministic(boolean wanted) {
        if (device() == Device.CPU) {
            return () -> {};
        }
        Context context = torch.globalContext();
        boolean algorithms = context.deterministicAlgorithms();
        boolean warning = context.deterministicAlgorithmsWarnOnly();
        boolean convolutions = context.deterministicCuDNN();
        context.setDeterministicFillUninitializedMemory(false); // costs time, and nothing reads such memory
        context.setDeterministicAlgorithms(wanted, true);
        context.setDeterministicCuDNN(wanted);
        return () -> {
            context.setDeterministicAlgorithms(algorithms, warning);
            context.setDeterministicCuDNN(convolutions);
        };
    }
}
