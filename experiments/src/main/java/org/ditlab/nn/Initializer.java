package org.ditlab.nn;

import java.util.function.DoubleUnaryOperator;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.random.RandomStream;

/** The starting values of a parameter: a pure function of its shape and its own random stream. */
@FunctionalInterface
public interface Initializer {
    /** Row-major values. */
    float[] values(Shape shape, RandomStream stream);

    static Initializer constant(double value) {
        return (shape, stream) -> {
            float[] out = new float[Math.toIntExact(shape.elements())];
            java.util.Arrays.fill(out, (float) value);
            return out;
        };
    }

    /** A function of given numbers, rounded to float32. */
    static Initializer of(double[] numbers, DoubleUnaryOperator function) {
        return (shape, stream) -> {
            float[] out = new float[numbers.length];
            for (int i = 0; i < out.length; i++) {
                out[i] = (float) function.applyAsDouble(numbers[i]);
            }
            return out;
        };
    }

    static Initializer zeros() {
        return constant(0);
    }

    static Initializer normal(double deviation) {
        return (shape, stream) -> {
            float[] out = new float[Math.toIntExact(shape.elements())];
            stream.normal(0, 0, out, 0, out.length);
            for (int i = 0; i < out.length; i++) {
                out[i] = (float) (out[i] * deviation);
            }
            return out;
        };
    }

    static Initializer uniform(double bound) {
        return (shape, stream) -> {
            float[] out = new float[Math.toIntExact(shape.elements())];
            stream.uniform(0, 0, out, 0, out.length);
            for (int i = 0; i < out.length; i++) {
                out[i] = (float) ((2.0 * out[i] - 1) * bound);
            }
            return out;
        };
    }

    /**
     * Xavier's uniform bound {@code sqrt(6 / (fanIn + fanOut))} with torch's fan rule: fanIn = dim 1 x receptive field,
     * fanOut = dim 0 x receptive field. Source: Glorot & Bengio 2010.
     */
    static Initializer xavierUniform() {
        return (shape, stream) -> {
            double field = 1;
            for (int i = 2; i < shape.rank(); i++) {
                field *= shape.dim(i);
            }
            return uniform(Math.sqrt(6 / (field * (shape.dim(0) + shape.dim(1)))))
                    .values(shape, stream);
        };
    }

    /** Xavier's bound on the matrix view (dim 0, the rest), as DiT initialises its patch convolution. */
    static Initializer xavierUniformFlat() {
        return (shape, stream) -> uniform(Math.sqrt(6.0 / (shape.dim(0) + shape.elements() / shape.dim(0))))
                .values(shape, stream);
    }

    /** He's uniform bound {@code sqrt(6 / fanIn)} for ReLU networks. Source: He et al. 2015. */
    static Initializer heUniform() {
        return (shape, stream) ->
                uniform(Math.sqrt(6.0 * shape.dim(0) / shape.elements())).values(shape, stream);
    }
}
