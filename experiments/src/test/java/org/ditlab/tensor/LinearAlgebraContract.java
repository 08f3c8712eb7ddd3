package org.ditlab.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.spi.LinearAlgebra;
import org.ditlab.tensor.spi.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the linear algebra of every backend must do; factors are held by what they multiply to. */
public abstract class LinearAlgebraContract {
    private static final Offset<Double> CLOSE = within(1e-11);

    /** The backend under test; never closed by the contract. */
    protected abstract Backend backend();

    private LinearAlgebra algebra() {
        return backend().linearAlgebra();
    }

    private static Matrix random(String name, int rows, int columns) {
        RandomStream stream = new Streams(3).stream("algebra").named(name);
        double[] values = new double[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = 2 * stream.uniform(0, 0, i) - 1;
        }
        return new Matrix(rows, columns, values);
    }

    /** Products by the definition. */
    private static Matrix naive(Matrix a, Matrix b) {
        double[] out = new double[a.rows() * b.columns()];
        for (int i = 0; i < a.rows(); i++) {
            for (int k = 0; k < a.columns(); k++) {
                for (int j = 0; j < b.columns(); j++) {
                    out[i * b.columns() + j] += a.at(i, k) * b.at(k, j);
                }
            }
        }
        return new Matrix(a.rows(), b.columns(), out);
    }

    private static Matrix gram(Matrix a) {
        return naive(a, a.transposed());
    }

    private static Matrix diagonal(double... values) {
        double[] out = new double[values.length * values.length];
        for (int i = 0; i < values.length; i++) {
            out[i * values.length + i] = values[i];
        }
        return Matrix.square(values.length, out);
    }

    /** Above the diagonal stands what nobody may read. */
    private static Matrix lowerOnly(Matrix symmetric) {
        double[] out = symmetric.values().clone();
        for (int i = 0; i < symmetric.rows(); i++) {
            Arrays.fill(out, i * symmetric.rows() + i + 1, (i + 1) * symmetric.rows(), 77);
        }
        return Matrix.square(symmetric.rows(), out);
    }

    @Test
    void productsTransposeWhatTheyAreTold() {
        Matrix a = random("a", 3, 5);
        Matrix b = random("b", 5, 4);
        double[] expected = naive(a, b).values();

        assertThat(algebra().product(a, false, b, false).values()).containsExactly(expected, CLOSE);
        assertThat(algebra().product(a.transposed(), true, b, false).values()).containsExactly(expected, CLOSE);
        assertThat(algebra().product(a, false, b.transposed(), true).values()).containsExactly(expected, CLOSE);
        assertThat(algebra().product(a.transposed(), true, b.transposed(), true).values())
                .containsExactly(expected, CLOSE);
        assertThatThrownBy(() -> algebra().product(a, false, a, false)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 300})
    void gramsFillTheLowerTriangle(int d) {
        int n = 5;
        Matrix x = random("x", n + 3, d);
        float[] rows = new float[x.values().length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) x.values()[i];
        }
        double[] centre = random("centre", 1, d).values();
        double[] weights = {0, 2, 1, 0.5, 3};
        double[] plain = new double[d * d];
        Arrays.fill(plain, 1);
        double[] weighted = new double[d * d];

        algebra().addGram(rows, 2, n, centre, null, plain);
        algebra().addGram(rows, 2, n, centre, weights, weighted);

        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                double sum = 0;
                double weightedSum = 0;
                for (int row = 0; row < n && j <= i; row++) {
                    double product = (rows[(row + 2) * d + i] - centre[i]) * (rows[(row + 2) * d + j] - centre[j]);
                    sum += product;
                    weightedSum += weights[row] * product;
                }
                assertThat(plain[i * d + j]).isCloseTo(1 + sum, CLOSE);
                assertThat(weighted[i * d + j]).isCloseTo(weightedSum, CLOSE);
            }
        }
    }

    @Test
    void choleskyFactorsMultiplyToTheMatrix() {
        Matrix s = gram(random("s", 6, 9));

        Matrix l = algebra().cholesky(lowerOnly(s)).orElseThrow();

        assertThat(gram(l).values()).containsExactly(s.values(), CLOSE);
        for (int i = 0; i < 6; i++) {
            for (int j = i + 1; j < 6; j++) {
                assertThat(l.at(i, j)).isZero();
            }
        }
    }

    @Test
    void whatIsNotPositiveDefiniteHasNoCholeskyFactor() {
        assertThat(algebra().cholesky(diagonal(1, 0, 2))).isEmpty();
        assertThat(algebra().cholesky(diagonal(1, -1e-9))).isEmpty();
        assertThat(algebra().cholesky(diagonal(4)))
                .hasValueSatisfying(l -> assertThat(l.values()).containsExactly(2));
    }

    @Test
    void eigenvectorsAreThoseOfTheMatrix() {
        Matrix a = random("a", 8, 8);
        double[] sum = a.values().clone();
        Matrix transposed = a.transposed();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += transposed.values()[i];
        }
        Matrix s = Matrix.square(8, sum); // indefinite

        LinearAlgebra.Eigen eigen = algebra().eigen(lowerOnly(s));

        assertThat(eigen.values()).isSorted();
        assertThat(eigen.values()[0]).isNegative();
        Matrix v = eigen.vectors();
        assertThat(naive(naive(v, diagonal(eigen.values())), v.transposed()).values())
                .containsExactly(s.values(), CLOSE);
        assertThat(gram(v).values())
                .containsExactly(diagonal(1, 1, 1, 1, 1, 1, 1, 1).values(), CLOSE);
        assertThat(algebra().eigenvalues(lowerOnly(s))).containsExactly(eigen.values(), CLOSE);
    }

    @Test
    void eigenvaluesOfSmallMatricesHaveAClosedForm() {
        assertThat(algebra().eigenvalues(Matrix.square(2, new double[] {0, 1, 1, 0})))
                .containsExactly(new double[] {-1, 1}, CLOSE);
        assertThat(algebra().eigenvalues(diagonal(3, 0, -2, 3))).containsExactly(new double[] {-2, 0, 3, 3}, CLOSE);
        assertThat(algebra().eigenvalues(diagonal(5))).containsExactly(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 300})
    void eigenvaluesOfAProductAreThoseOfItsSymmetricForm(int d) {
        Matrix l = algebra().cholesky(gram(random("l", d, 2 * d))).orElseThrow();
        Matrix s = gram(random("s", d, d));
        double[] expected = algebra().eigenvalues(naive(naive(l.transposed(), s), l));

        double[] values = algebra().eigenvaluesOfProduct(l, s);

        assertThat(values).containsExactly(expected, within(1e-12 * expected[d - 1] * d));
    }

    @Test
    void singularValuesAreTheRootsOfTheGram() {
        Matrix a = random("a", 4, 7);
        double[] expected = algebra().eigenvalues(gram(a));

        double[] values = algebra().singularValues(a);

        assertThat(values).hasSize(4);
        for (int i = 0; i < 4; i++) {
            assertThat(values[i]).isCloseTo(Math.sqrt(expected[3 - i]), CLOSE);
        }
        assertThat(algebra().singularValues(a.transposed())).containsExactly(values, CLOSE);
        assertThat(algebra().singularValues(new Matrix(2, 3, new double[6]))).containsExactly(0, 0);
    }

    @Test
    void operandsStayAsTheyAre() {
        Matrix s = gram(random("s", 5, 5));
        double[] before = s.values().clone();

        algebra().cholesky(s);
        algebra().eigen(s);
        algebra().eigenvalues(s);
        algebra().singularValues(s);
        algebra().eigenvaluesOfProduct(s, s);

        assertThat(s.values()).containsExactly(before);
    }
}
