package org.ditlab.backend.libtorch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;

/**
 * Parts of a forward pass that are computed again in the backward pass. A part runs without a graph; its output is a new
 * leaf, at which the ordinary backward pass ends. The parts follow from the last to the first: each runs again with a graph,
 * takes the gradient that its leaf has gathered, and hands those of its inputs on. As every consumer of a leaf comes later
 * in the forward pass, its gradient is complete by then, and each stretch of the ordinary graph is walked once.
 */
final class Recomputation {
    private final LibtorchModes backend;
    private final List<Part> parts = new ArrayList<>();
    private boolean wanted;
    private boolean first;

    /** Its tensors outlive the scopes of the forward pass. */
    private record Part(List<LibtorchTensor> inputs, Function<List<Tensor>, Tensor> body, LibtorchTensor output) {
        void release() {
            inputs.forEach(input -> input.handle().releaseReference());
            output.handle().releaseReference();
        }
    }

    Recomputation(LibtorchModes backend) {
        this.backend = backend;
    }

    /** Whether a part runs for the first time: without a graph, but with the operations that it has with one. */
    boolean first() {
        return first;
    }

    Backend.Guard set(boolean now) {
        boolean before = wanted;
        wanted = now;
        return () -> {
            wanted = before;
            if (!before) {
                parts.forEach(Part::release); // of a forward pass without a backward pass
                parts.clear();
            }
        };
    }

    Tensor apply(List<Tensor> inputs, Function<List<Tensor>, Tensor> body) {
        if (!wanted || !GradMode.is_enabled()) {
            return body.apply(inputs);
        }
        try (Scope scope = backend.scope()) {
            first = true;
            Tensor output;
            try (Backend.Guard guard = backend.noGrad()) {
                org.bytedeco.pytorch.Tensor result = ((LibtorchTensor) body.apply(inputs)).handle();
                output = scope.keep(backend.wrap(result.detach().set_requires_grad(true)));
            } finally {
                first = false;
            }
            parts.add(new Part(inputs.stream().map(this::held).toList(), body, held(output)));
            return output;
        }
    }

    /** The same tensor, until it is released. */
    private LibtorchTensor held(Tensor x) {
        org.bytedeco.pytorch.Tensor handle = new org.bytedeco.pytorch.Tensor(((LibtorchTensor) x).handle());
        handle.retainReference();
        return (LibtorchTensor) backend.wrap(handle);
    }

    /** What is left of a backward pass that has reached the leaves. */
    void backward() {
        while (!parts.isEmpty()) {
            Part part = parts.remove(parts.size() - 1);
            try (PointerScope scope = new PointerScope();
                    Backend.Guard guard = set(false)) {
                again(part);
            } finally {
                part.release();
            }
        }
    }

    private void again(Part part) {
        org.bytedeco.pytorch.Tensor gradient = part.output().handle().grad();
        if (!gradient.defined()) {
            return;
        }
        List<Tensor> inputs = new ArrayList<>();
        part.inputs().forEach(input -> inputs.add(leaf(input)));
        try (Scope scope = backend.scope()) {
            org.bytedeco.pytorch.Tensor output = ((LibtorchTensor) part.body().apply(inputs)).handle();
            if (output.requires_grad()) {
                backward(output, gradient);
            }
        }
        part.output().handle().mutable_grad().reset();
        for (int i = 0; i < inputs.size(); i++) {
            LibtorchTensor input = part.inputs().get(i);
            org.bytedeco.pytorch.Tensor own = ((LibtorchTensor) inputs.get(i)).handle();
            if (own != input.handle() && own.grad().defined()) {
                backward(input.handle(), own.grad());
            }
        }
    }

    /** Itself if it is a leaf, whose gradient gathers by itself; else a leaf of the same values. */
    private Tensor leaf(LibtorchTensor input) {
        org.bytedeco.pytorch.Tensor handle = input.handle();
        return handle.is_leaf() ? input : backend.wrap(handle.detach().set_requires_grad(true));
    }

    private static void backward(org.bytedeco.pytorch.Tensor from, org.bytedeco.pytorch.Tensor gradient) {
        from.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
    }
}
