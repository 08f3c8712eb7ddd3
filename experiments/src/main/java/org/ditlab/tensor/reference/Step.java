package org.ditlab.tensor.reference;

import java.util.List;

/**
 * One recorded operation of the tape.
 *
 * @param order position on the tape; operands come before results
 * @param inputs the operands
 * @param pullback sends the gradient of the result on to the operands
 */
record Step(long order, List<ReferenceTensor> inputs, Pullback pullback) {
    /** Stands in for a step whose memory a backward pass has freed. */
    static final Step FREED = new Step(-1, List.of(), (gradient, flow) -> {
        throw new IllegalStateException("backward: this graph was freed by an earlier backward pass");
    });

    /** The vector-Jacobian product of one operation. */
    @FunctionalInterface
    interface Pullback {
        /**
         * Adds what the gradient of the result means for the operands.
         *
         * @param gradient of the loss by the result, not to be written
         * @param flow takes the operands' shares
         */
        void apply(double[] gradient, Flow flow);
    }

    /** Where the gradients of operands are summed. */
    interface Flow {
        /** Whether anyone asks for this operand's gradient. */
        default boolean wanted(ReferenceTensor operand) {
            return operand.requiresGrad();
        }

        /** Adds a share to an operand's gradient; ignored when nobody asks for it. The array becomes the flow's own. */
        void add(ReferenceTensor operand, double[] share);
    }
}
