package org.ditlab.backend.libtorch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Words for native tensors that fused operations share. */
final class Natives {
    private Natives() {}

    /** Runs a computation that libtorch does not record. */
    static Tensor quietly(Supplier<Tensor> body) {
        AutoGradMode mode = new AutoGradMode(false);
        try {
            return body.get();
        } finally {
            mode.close();
        }
    }

    static Tensor empty(ScalarType type, long... dims) {
        return torch.empty(dims, new TensorOptions(type), null);
    }

    static long[] sizes(Tensor x) {
        long[] dims = new long[(int) x.dim()];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = x.size(i);
        }
        return dims;
    }

    static ScalarType type(Tensor x) {
        return x.scalar_type().intern();
    }

    /** The values row by row in a type; the same memory where it is so already. */
    static Tensor dense(Tensor x, ScalarType type) {
        return x.detach().to(type).contiguous();
    }

    static Operand flat(Tensor dense) {
        return Operand.dense(dense, dense.numel());
    }

    /** Whether all operands are of a type that the kernels know, and not empty. */
    static boolean fits(@Nullable Tensor... operands) {
        for (Tensor operand : operands) {
            if (operand != null && (!Operand.fits(operand) || operand.numel() == 0)) {
                return false;
            }
        }
        return true;
    }

    /** Those that there are. */
    static List<Tensor> held(@Nullable Tensor... handles) {
        List<Tensor> held = new ArrayList<>();
        for (Tensor handle : handles) {
            if (handle != null) {
                held.add(handle);
            }
        }
        return held;
    }
}
