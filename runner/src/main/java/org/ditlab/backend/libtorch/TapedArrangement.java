package org.ditlab.backend.libtorch;

import static org.ditlab.backend.libtorch.Natives.held;
import static org.ditlab.backend.libtorch.Natives.quietly;
import static org.ditlab.backend.libtorch.Natives.sizes;
import static org.ditlab.backend.libtorch.Natives.type;

import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Arrangements and sums of leaves, on the tape: between two fused operations libtorch's engine would be started for each of
 * them.
 */
final class TapedArrangement {
    private final GradientTape tape;

    TapedArrangement(GradientTape tape) {
        this.tape = tape;
    }

    /** Whether a gradient is asked for of a tensor that libtorch's graph does not lead through. */
    static boolean leaf(Tensor x) {
        return GradMode.is_enabled() && x.requires_grad() && x.is_leaf();
    }

    Tensor reshape(Tensor x, long[] dims) {
        return quietly(() -> {
            Tensor result = x.detach().reshape(dims);
            Tensor to = tape.leaf(x);
            tape.record(result, g -> GradientTape.add(to, g.reshape(sizes(to))), held(to));
            return result;
        });
    }

    Tensor permute(Tensor x, long[] axes) {
        return quietly(() -> {
            Tensor result = x.detach().permute(axes);
            long[] back = new long[axes.length];
            for (int i = 0; i < axes.length; i++) {
                back[(int) axes[i]] = i;
            }
            Tensor to = tape.leaf(x);
            tape.record(result, g -> GradientTape.add(to, g.permute(back)), held(to));
            return result;
        });
    }

    Tensor slice(Tensor x, long axis, long start, long length) {
        return quietly(() -> {
            Tensor result = x.detach().narrow(axis, start, length);
            Tensor to = tape.leaf(x);
            tape.record(
                    result,
                    g -> {
                        if (!to.grad().defined()) {
                            to.mutable_grad().put(torch.zeros_like(to));
                        }
                        to.grad().narrow(axis, start, length).add_(g);
                    },
                    held(to));
            return result;
        });
    }

    /** Of equal extents where gradients of both are asked for; else what has one has the result's extents. */
    Tensor add(Tensor a, Tensor b) {
        return quietly(() -> {
            Tensor result = a.detach().add(b.detach());
            Tensor toA = tape.leaf(a);
            Tensor toB = tape.leaf(b);
            tape.record(
                    result,
                    g -> {
                        if (toA != null && toB != null) {
                            GradientTape.addAs(toB, type(toB) == type(g) ? g.clone() : g);
                        }
                        GradientTape.addAs(toA == null ? toB : toA, g);
                    },
                    held(toA, toB));
            return result;
        });
    }
}
