package org.ditlab.tensor;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.spi.Backend;

/**
 * One use of one method of {@link Backend}.
 *
 * @param method as {@link #signature} writes it
 * @param macs multiply-accumulates by a naive count
 * @param differentiable whether the operands have gradients
 */
record PrimitiveCase(String method, Program program, List<Operand> operands, long macs, boolean differentiable) {
    @FunctionalInterface
    interface Program {
        Tensor run(Backend backend, List<Tensor> inputs);
    }

    static PrimitiveCase of(String method, Program program, Operand... operands) {
        return new PrimitiveCase(method, program, List.of(operands), 0, true);
    }

    PrimitiveCase costing(long count) {
        return new PrimitiveCase(method, program, operands, count, differentiable);
    }

    PrimitiveCase withoutGradient() {
        return new PrimitiveCase(method, program, operands, macs, false);
    }

    /** Name and parameter types of a method, {@code add(Tensor,double)}. */
    static String signature(java.lang.reflect.Method method) {
        List<String> types = new ArrayList<>();
        for (Class<?> type : method.getParameterTypes()) {
            types.add(type.getSimpleName());
        }
        return method.getName() + "(" + String.join(",", types) + ")";
    }

    /** Fresh values of all operands. */
    List<double[]> draw(RandomStream stream) {
        List<double[]> values = new ArrayList<>();
        for (int i = 0; i < operands.size(); i++) {
            values.add(operands.get(i).draw(stream.named("operand " + i)));
        }
        return values;
    }

    List<Tensor> inputs(Backend backend, List<double[]> values, DType type) {
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < operands.size(); i++) {
            inputs.add(operands.get(i).on(backend, values.get(i), type));
        }
        return inputs;
    }

    Tensor result(Backend backend, List<double[]> values, DType type) {
        return program.run(backend, inputs(backend, values, type));
    }

    /** The result's elements weighted and summed: what gradients are taken of. */
    Tensor loss(Backend backend, List<Tensor> inputs, double[] weights, DType type) {
        Tensor result = program.run(backend, inputs);
        return result.mul(backend.tensor(weights, result.shape(), type)).sum();
    }

    @Override
    public String toString() {
        return method + " of "
                + operands.stream().map(Operand::shape).map(Shape::toString).toList();
    }
}
