package org.ditlab.metric;

/** How {@code tr((S1 S2)^(1/2))} was found; all ways agree within rounding. */
public enum RootTraceRoute {
    /** Equal statistics: it is {@code tr(S1)}. */
    EQUAL("equal statistics"),

    /** Singular values of the centred vectors' products {@code X Y'}: both sets have at most d vectors, at hand. */
    CROSS_GRAM("products of the centred features"),

    /** Eigenvalues of {@code L' S2 L} with the Cholesky factor of {@code S1 = L L'}: both positive definite. */
    CHOLESKY("Cholesky factor and eigenvalues"),

    /** Singular values of {@code F1' F2} with {@code S = F F'}: a covariance is singular, or too nearly so for the above. */
    FACTORS("singular values of the factors' product");

    private final String text;

    RootTraceRoute(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
