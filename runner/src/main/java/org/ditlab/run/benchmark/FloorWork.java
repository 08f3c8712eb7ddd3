package org.ditlab.run.benchmark;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.knob.Settings;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelCost;
import org.ditlab.model.ModelZoo;
import org.ditlab.nn.Parameter;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.trace.TracedOperation;
import org.ditlab.tensor.trace.TracingBackend;

/**
 * One product or convolution of a training step, forward and backward.
 *
 * @param kind which of them
 * @param first the left operand: (rows, in); (batch, rows, inner); an image (N, C, H, W)
 * @param second the right one: (out, in); (batch, inner, columns); a kernel (O, C / groups, k, k)
 * @param result what they give
 * @param firstGradient whether the backward pass computes the left operand's gradient
 * @param secondGradient the right one's
 */
record FloorWork(Kind kind, Shape first, Shape second, Shape result, boolean firstGradient, boolean secondGradient) {
    enum Kind {
        LINEAR,
        MATMUL,
        CONVOLUTION
    }

    /**
     * What one training step of a model does, and how often. Operations are those of the traced training graph; a gradient is
     * counted where a trainable parameter stands before the operand.
     */
    static Map<FloorWork, Integer> of(Settings settings, int batch) {
        Denoiser model = ModelZoo.build(settings);
        List<TracedOperation> operations = ModelCost.trace(model, batch).operations();
        Set<Integer> trained = new HashSet<>();
        for (Parameter parameter : model.parameters().values()) {
            if (parameter.trainable()) {
                trained.add(TracingBackend.producer(parameter.value()));
            }
        }
        Map<FloorWork, Integer> counted = new LinkedHashMap<>();
        Map<String, Kind> kinds =
                new HashMap<>(Map.of("linear", Kind.LINEAR, "matmul", Kind.MATMUL, "conv2d", Kind.CONVOLUTION));
        for (TracedOperation operation : operations) {
            if (!operation.op().equals("detach") && operation.inputs().stream().anyMatch(trained::contains)) {
                trained.add(operation.index());
            }
            Kind kind = kinds.get(operation.op());
            if (kind != null) {
                counted.merge(of(kind, operation, trained), 1, Integer::sum);
            }
        }
        return counted;
    }

    private static FloorWork of(Kind kind, TracedOperation operation, Set<Integer> trained) {
        Shape first = operation.inputShapes().get(0);
        Shape second = operation.inputShapes().get(1);
        Shape result = operation.shape();
        if (kind == Kind.LINEAR) {
            first = flat(first, 1);
            result = flat(result, 1);
        } else if (kind == Kind.MATMUL && first.rank() == second.rank()) {
            first = flat(first, 2);
            second = flat(second, 2);
            result = flat(result, 2);
        }
        return new FloorWork(
                kind,
                first,
                second,
                result,
                trained.contains(operation.inputs().get(0)),
                trained.contains(operation.inputs().get(1)));
    }

    /** Leading axes in one, the last ones as they are. */
    private static Shape flat(Shape shape, int kept) {
        int[] dims = new int[kept + 1];
        long rows = 1;
        for (int axis = 0; axis < shape.rank() - kept; axis++) {
            rows *= shape.dim(axis);
        }
        dims[0] = Math.toIntExact(rows);
        for (int i = 0; i < kept; i++) {
            dims[i + 1] = shape.dim(shape.rank() - kept + i);
        }
        return Shape.of(dims);
    }

    /** Whether every channel has a kernel of its own. */
    boolean depthwise() {
        return kind == Kind.CONVOLUTION && second.dim(1) == 1 && first.dim(1) > 1;
    }

    /** Multiply-accumulates forward and backward: each gradient costs what the forward pass costs. */
    long macs() {
        long inner = switch (kind) {
            case LINEAR -> first.dim(1);
            case MATMUL -> first.dim(-1);
            case CONVOLUTION -> (long) second.dim(1) * second.dim(2) * second.dim(3);
        };
        return result.elements() * inner * (1 + (firstGradient ? 1 : 0) + (secondGradient ? 1 : 0));
    }

    /** Steps of a convolution's kernel over the image. */
    int stride() {
        return first.dim(2) / result.dim(2);
    }

    /** Margin of a convolution: what the shapes tell. */
    int padding() {
        return stride() == 1 ? (result.dim(2) - first.dim(2) + second.dim(2) - 1) / 2 : 0;
    }
}
