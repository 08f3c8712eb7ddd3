package org.ditlab.tensor.trace;

import java.util.List;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;

/**
 * One operation of a trace.
 *
 * @param index position in the trace, from 0
 * @param op name of the primitive or fused operation, {@code matmul}
 * @param module full path of the module that it ran in, {@code blocks.0.attn}; empty outside every named scope
 * @param inputShapes shapes of all operands
 * @param shape shape of the result
 * @param dtype type of the result
 * @param macs multiply-accumulates
 * @param outputBytes bytes of the result; 0 when it is a view of an operand
 * @param inputs indices of the operations that made the operands, in operand order; negative for a parameter,
 *     input or constant, each with a number of its own ({@link TracingBackend#producer})
 */
public record TracedOperation(
        int index,
        String op,
        String module,
        List<Shape> inputShapes,
        Shape shape,
        DType dtype,
        long macs,
        long outputBytes,
        List<Integer> inputs) {
    public TracedOperation {
        inputShapes = List.copyOf(inputShapes);
        inputs = List.copyOf(inputs);
    }
}
