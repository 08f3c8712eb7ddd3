package org.ditlab.tensor.reference;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.ShapeException;
import org.ditlab.tensor.spi.Backend;

/** Records operations and runs them backwards. What it records hangs on the results, so that unused steps are collected. */
final class Tape {
    private final Backend backend;
    private final AtomicLong order = new AtomicLong();
    private final ThreadLocal<Boolean> paused = ThreadLocal.withInitial(() -> false);

    Tape(Backend backend) {
        this.backend = backend;
    }

    /** A tensor that remembers nothing. The values are rounded to the type in place. */
    ReferenceTensor constant(Shape shape, DType type, double[] values) {
        return new ReferenceTensor(backend, shape, type, Rounding.inPlace(values, type), false, null);
    }

    /** The result of an operation. The values are rounded to the type in place. */
    ReferenceTensor result(
            Shape shape, DType type, double[] values, Step.Pullback pullback, ReferenceTensor... inputs) {
        return view(shape, type, Rounding.inPlace(values, type), pullback, inputs);
    }

    /** The result of an operation whose values are rounded already, and perhaps shared. */
    ReferenceTensor view(Shape shape, DType type, double[] values, Step.Pullback pullback, ReferenceTensor... inputs) {
        boolean recorded = false;
        if (type.isFloating() && !paused.get()) {
            for (ReferenceTensor input : inputs) {
                recorded |= input.requiresGrad();
            }
        }
        Step step = recorded ? new Step(order.getAndIncrement(), List.of(inputs), pullback) : null;
        return new ReferenceTensor(backend, shape, type, values, recorded, step);
    }

    ReferenceTensor leaf(ReferenceTensor x, boolean requiresGrad) {
        return new ReferenceTensor(
                backend,
                x.shape(),
                x.dtype(),
                x.values(),
                requiresGrad && x.dtype().isFloating(),
                null);
    }

    /** Stops recording on this thread until closed. */
    Backend.Guard pause() {
        boolean before = paused.get();
        paused.set(true);
        return () -> paused.set(before);
    }

    /** Accumulates the gradient of a loss of one element into all leaves, and frees the steps that it ran through. */
    void backward(ReferenceTensor loss) {
        if (loss.size() != 1) {
            throw new ShapeException("backward: the loss must have one element, but is " + loss.shape());
        }
        if (!loss.requiresGrad()) {
            throw new IllegalStateException("backward: the loss depends on no leaf that requires a gradient");
        }
        Map<ReferenceTensor, double[]> gradients = new HashMap<>();
        PriorityQueue<ReferenceTensor> waiting =
                new PriorityQueue<>(Comparator.comparingLong((ReferenceTensor t) -> -orderOf(t)));
        Step.Flow flow = (operand, share) -> {
            if (!operand.requiresGrad()) {
                return;
            }
            double[] sum = gradients.get(operand);
            if (sum == null) {
                gradients.put(operand, share);
                waiting.add(operand);
            } else {
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += share[i];
                }
            }
        };
        flow.add(loss, new double[] {1});
        while (!waiting.isEmpty()) {
            ReferenceTensor tensor = waiting.remove();
            double[] gradient = Rounding.inPlace(gradients.remove(tensor), tensor.dtype());
            Step step = tensor.step();
            if (step == null) {
                accumulate(tensor, gradient);
            } else {
                tensor.forget();
                step.pullback().apply(gradient, flow);
            }
        }
    }

    private static long orderOf(ReferenceTensor tensor) {
        Step step = tensor.step();
        return step == null ? -1 : step.order();
    }

    private static void accumulate(ReferenceTensor leaf, double[] gradient) {
        double[] before = leaf.gradient();
        double[] sum = gradient.clone();
        if (before != null) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += before[i];
            }
        }
        leaf.gradient(Rounding.inPlace(sum, leaf.dtype()));
    }
}
