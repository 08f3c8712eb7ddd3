package org.ditlab.metric;

/** The kernel of a {@link KernelDistance}: how alike two feature vectors are. */
public sealed interface Kernel {
    /** KID's kernel, {@code (x.y / d + 1)^3}. */
    Kernel CUBIC = new Polynomial(3, 0, 1);

    /**
     * The kernel of two vectors in float64.
     *
     * @param dot their scalar product
     * @param squares the sum of both squared norms
     * @param dimensions d
     */
    double of(double dot, double squares, int dimensions);

    /** The kernel with every operation rounded to float32. */
    float narrow(float dot, float squares, int dimensions);

    /**
     * {@code (gamma x.y + offset)^degree}.
     *
     * @param gamma 0 for 1 / d
     */
    record Polynomial(int degree, double gamma, double offset) implements Kernel {
        public Polynomial {
            if (degree < 1 || gamma < 0 || !Double.isFinite(gamma) || !Double.isFinite(offset)) {
                throw new IllegalArgumentException(
                        "a polynomial kernel of degree " + degree + ", gamma " + gamma + ", offset " + offset);
            }
        }

        private double factor(int dimensions) {
            return gamma == 0 ? 1.0 / dimensions : gamma;
        }

        @Override
        public double of(double dot, double squares, int dimensions) {
            double base = factor(dimensions) * dot + offset;
            double power = base;
            for (int i = 1; i < degree; i++) {
                power *= base;
            }
            return power;
        }

        @Override
        public float narrow(float dot, float squares, int dimensions) {
            float base = (float) factor(dimensions) * dot + (float) offset;
            float power = base;
            for (int i = 1; i < degree; i++) {
                power *= base;
            }
            return power;
        }
    }

    /** {@code exp(-|x - y|^2 / (2 sigma^2))}; torch-fidelity's "rbf" and CMMD take sigma 10. */
    record Gaussian(double sigma) implements Kernel {
        public Gaussian {
            if (!(sigma > 0) || !Double.isFinite(sigma)) {
                throw new IllegalArgumentException("a Gaussian kernel of sigma " + sigma);
            }
        }

        @Override
        public double of(double dot, double squares, int dimensions) {
            return Math.exp(-Math.max(0, squares - 2 * dot) / (2 * sigma * sigma));
        }

        @Override
        public float narrow(float dot, float squares, int dimensions) {
            return (float) Math.exp(-Math.max(0, squares - 2 * dot) / (float) (2 * sigma * sigma));
        }
    }
}
