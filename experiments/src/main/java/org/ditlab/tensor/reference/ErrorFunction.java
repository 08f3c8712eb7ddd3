package org.ditlab.tensor.reference;

/**
 * The error function to double precision. Source: Abramowitz & Stegun 1964, 7.1.6 (a series of positive terms) below 2.5,
 * and 7.1.14 (the continued fraction of the complement) above.
 */
final class ErrorFunction {
    private static final double SQRT_PI = Math.sqrt(Math.PI);

    private ErrorFunction() {}

    static double erf(double x) {
        if (Double.isNaN(x)) {
            return x;
        }
        double size = Math.abs(x);
        double value = size < 2.5 ? series(size) : size > 6 ? 1 : 1 - complement(size);
        return Math.copySign(value, x);
    }

    /** {@code 2 / sqrt(pi) exp(-x^2)}. */
    static double derivative(double x) {
        return 2 / SQRT_PI * Math.exp(-x * x);
    }

    /** {@code 2 / sqrt(pi) exp(-x^2) sum_n 2^n x^(2n+1) / (2n+1)!!}. */
    private static double series(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; term > sum * 1e-17; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return derivative(x) * sum;
    }

    /** {@code exp(-x^2) / sqrt(pi) / (x + (1/2) / (x + 1 / (x + (3/2) / ...)))}. */
    private static double complement(double x) {
        double fraction = x;
        for (int n = 60; n >= 1; n--) {
            fraction = x + n / 2.0 / fraction;
        }
        return Math.exp(-x * x) / SQRT_PI / fraction;
    }
}
