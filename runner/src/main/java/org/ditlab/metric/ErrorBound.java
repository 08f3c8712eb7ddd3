package org.ditlab.metric;

/**
 * How far a squared distance {@code |x|^2 + |y|^2 - 2 x.y} from inexact products may be from the true one: at most
 * {@code relative (|x|^2 + |y|^2) + slack |2 x.y| + absolute}.
 */
record ErrorBound(double relative, double slack, double absolute) {
    private static final double UNIT = 0x1p-24;
    /** Half a unit in the last of float16's 11 bits. */
    private static final double HALF_UNIT = 0x1p-11;

    /** Half a unit in the last of bfloat16's 8 bits. */
    private static final double BRAIN_UNIT = 0x1p-8;

    /** Rounding of a limit to float32, and of the sum of two. */
    private static final double LIMIT = 0x1p-22;

    /**
     * Vectors shifted and rounded to float32, products in float32 summed in any order: each sum of d terms is off by at most
     * {@code d u / (1 - d u)} of the sum of their magnitudes (Higham 2002, section 3.1), which is at most half of the sum of
     * both squared norms. The shift adds four units, what else is rounded less than twelve.
     */
    static ErrorBound ofFloat32(int dimensions) {
        double all = dimensions * UNIT;
        double sum = all < 0.5 ? all / (1 - all) : Double.POSITIVE_INFINITY;
        return new ErrorBound(sum + 16 * UNIT, LIMIT, 4.0 * dimensions * Float.MIN_NORMAL);
    }

    /**
     * The same for vectors rounded to bfloat16 as well, and products rounded to it at the end: what the rounding takes from a
     * vector is at most a given part of its norm, so a product is off by twice that part of both norms' product.
     *
     * @param loss norm of what the rounding takes, over the vector's norm; the largest of all vectors
     */
    static ErrorBound ofBfloat16(int dimensions, double loss) {
        ErrorBound exact = ofFloat32(dimensions);
        double rounding = 2 * loss + loss * loss;
        return new ErrorBound(
                exact.relative * (1 + 4 * loss) + rounding * (1 + LIMIT),
                BRAIN_UNIT * (1 + 2 * BRAIN_UNIT) + LIMIT,
                exact.absolute);
    }

    /**
     * Distances whose norms, products, difference and sum are rounded to float16: five roundings, the intermediate numbers at
     * most thrice the sum of both squared norms.
     */
    static ErrorBound ofFloat16() {
        return new ErrorBound(6 * HALF_UNIT + 0x1p-12, LIMIT, 0x1p-20);
    }

    /** The bound for a pair. */
    double of(double squares, double doubled) {
        return relative * squares + slack * Math.abs(doubled) + absolute;
    }

    /** The weights of vectors in a {@link ProductScan}. */
    float[] weights(double[] squares) {
        float[] weights = new float[squares.length];
        for (int i = 0; i < squares.length; i++) {
            weights[i] = (float) (weight(squares[i]) - LIMIT * squares[i]);
        }
        return weights;
    }

    private double weight(double square) {
        return (1 - relative) * square;
    }

    /** The limit of a vector in a {@link ProductScan}, such that no pair within a squared distance is passed over. */
    float limit(double square, double distance) {
        double limit = weight(square) - distance - absolute;
        return (float) (limit - LIMIT * (square + distance));
    }
}
