package org.ditlab.backend.libtorch;

import static org.ditlab.backend.libtorch.GradientTape.own;
import static org.ditlab.backend.libtorch.Natives.empty;
import static org.ditlab.backend.libtorch.Natives.held;
import static org.ditlab.backend.libtorch.Natives.quietly;
import static org.ditlab.backend.libtorch.Natives.sizes;
import static org.ditlab.backend.libtorch.Natives.type;
import static org.ditlab.backend.libtorch.Operand.address;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Activations in one pass over memory, and so their gradients. */
final class CompiledActivations {
    /** In the order of their numbers in activation.cpp. */
    enum Function {
        /** GELU, tanh approximation. */
        GELU_TANH,
        /** GELU, exact. */
        GELU_ERF,
        /** {@code x sigmoid(x)}. */
        SILU
    }

    private final GradientTape tape;

    CompiledActivations(GradientTape tape) {
        this.tape = tape;
    }

    /** {@code f(x)}. */
    Tensor apply(Function function, Tensor x) {
        boolean tracked = GradientTape.tracks(x);
        return quietly(() -> {
            Tensor dense = x.detach().contiguous();
            boolean narrow = type(x) == ScalarType.BFloat16;
            long count = dense.numel();
            Tensor y = empty(type(x), sizes(x));
            forward(function.ordinal(), address(dense), address(y), count, narrow);
            if (tracked) {
                Tensor toX = tape.leaf(x);
                Tensor saved = own(dense);
                tape.record(
                        y,
                        g -> {
                            Tensor dy = g.contiguous();
                            Tensor dx = empty(type(saved), sizes(saved));
                            backward(function.ordinal(), address(saved), address(dy), address(dx), count, narrow);
                            GradientTape.add(toX, dx);
                        },
                        held(toX, saved));
            }
            return y;
        });
    }

    private static native void forward(int function, long x, long y, long count, boolean narrow);

    private static native void backward(int function, long x, long dy, long dx, long count, boolean narrow);
}
