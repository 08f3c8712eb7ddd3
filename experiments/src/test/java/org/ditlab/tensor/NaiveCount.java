package org.ditlab.tensor;

/** Multiply-accumulates counted one by one, by the loops of the definitions. */
final class NaiveCount {
    private NaiveCount() {}

    static long matmul(Shape a, Shape b) {
        long count = 0;
        long batches = a.elements() / ((long) a.dim(-1) * a.dim(-2));
        for (long batch = 0; batch < batches; batch++) {
            for (int row = 0; row < a.dim(-2); row++) {
                for (int column = 0; column < b.dim(-1); column++) {
                    for (int inner = 0; inner < a.dim(-1); inner++) {
                        count++;
                    }
                }
            }
        }
        return count;
    }

    static long linear(Shape x, Shape weight) {
        long count = 0;
        for (long row = 0; row < x.elements() / x.dim(-1); row++) {
            for (int output = 0; output < weight.dim(0); output++) {
                for (int input = 0; input < weight.dim(1); input++) {
                    count++;
                }
            }
        }
        return count;
    }

    /** One per weight and place where the kernel fits into the padded image. */
    static long conv2d(Shape x, Shape weight, int stride, int padHeight, int padWidth) {
        long count = 0;
        for (int image = 0; image < x.dim(0); image++) {
            for (int top = -padHeight; top + weight.dim(2) <= x.dim(2) + padHeight; top += stride) {
                for (int left = -padWidth; left + weight.dim(3) <= x.dim(3) + padWidth; left += stride) {
                    for (long tap = 0; tap < weight.elements(); tap++) {
                        count++;
                    }
                }
            }
        }
        return count;
    }
}
