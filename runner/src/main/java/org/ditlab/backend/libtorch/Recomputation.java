package org.ditlab.backend.libtorch;

import static org.ditlab.backend.libtorch.GradientTape.own;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.GradMode;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;

/**
 * Parts of a forward pass that are computed again in the backward pass. A part runs without a graph, as one operation of the
 * tape; its rule runs it again with one, on leaves of the same values, and hands their gradients on. Source: Chen et al.,
 * arXiv:1604.06174.
 */
final class Recomputation {
    private final LibtorchModes backend;
    private final GradientTape tape;
    private boolean wanted;
    private boolean first;

    Recomputation(LibtorchModes backend, GradientTape tape) {
        this.backend = backend;
        this.tape = tape;
    }

    /** Whether a part runs for the first time: without a graph, but with the operations that it has with one. */
    boolean first() {
        return first;
    }

    Backend.Guard set(boolean now) {
        boolean before = wanted;
        wanted = now;
        return () -> wanted = before;
    }

    Tensor apply(List<Tensor> inputs, Function<List<Tensor>, Tensor> body) {
        if (!wanted || !GradMode.is_enabled()) {
            return body.apply(inputs);
        }
        org.bytedeco.pytorch.Tensor result;
        first = true;
        try (Backend.Guard guard = backend.noGrad()) {
            result = ((LibtorchTensor) body.apply(inputs)).handle().detach();
        } finally {
            first = false;
        }
        List<org.bytedeco.pytorch.Tensor> held = new ArrayList<>();
        List<org.bytedeco.pytorch.@Nullable Tensor> leaves = new ArrayList<>();
        List<org.bytedeco.pytorch.Tensor> values = new ArrayList<>();
        for (Tensor input : inputs) {
            org.bytedeco.pytorch.Tensor handle = ((LibtorchTensor) input).handle();
            org.bytedeco.pytorch.Tensor leaf = tape.leaf(handle);
            leaves.add(leaf);
            values.add(own(handle));
        }
        held.addAll(Natives.held(leaves.toArray(org.bytedeco.pytorch.Tensor[]::new)));
        held.addAll(values);
        tape.record(result, gradient -> again(gradient, values, leaves, body), held);
        return backend.wrap(result);
    }

    private void again(
            org.bytedeco.pytorch.Tensor gradient,
            List<org.bytedeco.pytorch.Tensor> values,
            List<org.bytedeco.pytorch.@Nullable Tensor> leaves,
            Function<List<Tensor>, Tensor> body) {
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            boolean tracked = leaves.get(i) != null;
            inputs.add(backend.wrap(values.get(i).detach().set_requires_grad(tracked)));
        }
        AutoGradMode mode = new AutoGradMode(true);
        try (Backend.Guard guard = set(false)) {
            int before = tape.size();
            org.bytedeco.pytorch.Tensor output = ((LibtorchTensor) body.apply(inputs)).handle();
            if (output.requires_grad()) {
                tape.backward(output, gradient, before);
            }
        } finally {
            mode.close();
        }
        for (int i = 0; i < inputs.size(); i++) {
            org.bytedeco.pytorch.Tensor gathered =
                    ((LibtorchTensor) inputs.get(i)).handle().grad();
            if (gathered.defined()) {
                GradientTape.add(leaves.get(i), gathered);
            }
        }
    }
}
