package org.ditlab.backend.libtorch;

import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.spi.LinearAlgebra;
import org.ditlab.tensor.spi.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * LAPACK and BLAS as libtorch ships them. The presets know no symmetric rank-k update and no product with a triangle: both
 * are made of blocks, of which those that are zero or mirrored are left out. Native memory ends with each call.
 */
final class LibtorchLinearAlgebra implements LinearAlgebra {
    /** Rows that are cast to float64 at once: 16 MB at 2048 columns. */
    private static final int ROWS = 1024;

    /** Side of a block: narrow enough that little is computed beyond the triangle, wide enough for full speed. */
    private static final int BLOCK = 128;

    private final Backend backend;

    LibtorchLinearAlgebra(Backend backend) {
        this.backend = backend;
    }

    private <T> T scoped(Supplier<T> work) {
        try (Backend.Guard guard = backend.noGrad();
                PointerScope scope = new PointerScope()) {
            return work.get();
        }
    }

    private Tensor place(Tensor host) {
        return backend.device() == Device.CPU ? host : host.cuda();
    }

    private Tensor of(Matrix matrix) {
        return of(matrix.values(), Shape.of(matrix.rows(), matrix.columns()));
    }

    private Tensor of(double[] values, Shape shape) {
        return place(NativeArrays.doubles(values, shape));
    }

    private Tensor zeros(int rows, int columns) {
        return place(NativeArrays.empty(Shape.of(rows, columns), torch.ScalarType.Double)
                .zero_());
    }

    private static double[] doubles(Tensor tensor) {
        return NativeArrays.toDoubles(tensor, NativeArrays.shape(tensor));
    }

    private static Matrix matrix(Tensor tensor) {
        Shape shape = NativeArrays.shape(tensor);
        return new Matrix(shape.dim(0), shape.dim(1), NativeArrays.toDoubles(tensor, shape));
    }

    @Override
    public Matrix product(Matrix a, boolean transposeA, Matrix b, boolean transposeB) {
        int inner = transposeA ? a.rows() : a.columns();
        if (inner != (transposeB ? b.columns() : b.rows())) {
            throw new IllegalArgumentException("the product of " + a.rows() + " x " + a.columns() + " and " + b.rows()
                    + " x " + b.columns() + ", transposed: " + transposeA + ", " + transposeB);
        }
        return scoped(() -> {
            Tensor left = transposeA ? of(a).t() : of(a);
            return matrix(left.matmul(transposeB ? of(b).t() : of(b)));
        });
    }

    @Override
    public void addGram(
            float[] rows, int first, int count, double[] centre, double @Nullable [] weights, double[] gram) {
        int d = centre.length;
        double[] sum = scoped(() -> {
            Tensor total = zeros(d, d);
            Tensor middle = of(centre, Shape.of(d));
            Tensor buffer = zeros(Math.min(ROWS, count), d); // reused: fresh memory costs as much as the sums
            for (int from = 0; from < count; from += ROWS) {
                int n = Math.min(ROWS, count - from);
                try (PointerScope each = new PointerScope()) {
                    Tensor block = buffer.narrow(0, 0, n)
                            .copy_(place(NativeArrays.floats(rows, (first + from) * d, Shape.of(n, d))))
                            .sub_(middle);
                    if (weights != null) {
                        double[] roots = new double[n];
                        for (int i = 0; i < n; i++) {
                            roots[i] = Math.sqrt(weights[from + i]);
                        }
                        block = block.mul_(of(roots, Shape.of(n, 1)));
                    }
                    addLowerGram(total, block, d);
                }
            }
            return doubles(total);
        });
        for (int i = 0; i < d; i++) {
            for (int j = i * d; j <= i * d + i; j++) {
                gram[j] += sum[j];
            }
        }
    }

    /** Adds X'X: a strip of rows at a time, from the first column to the diagonal. */
    private static void addLowerGram(Tensor total, Tensor block, int d) {
        for (int from = 0; from < d; from += BLOCK) {
            int width = Math.min(BLOCK, d - from);
            total.narrow(0, from, width)
                    .narrow(1, 0, from + width)
                    .addmm_(block.narrow(1, from, width).t(), block.narrow(1, 0, from + width));
        }
    }

    @Override
    public Optional<Matrix> cholesky(Matrix symmetric) {
        symmetric.side();
        return scoped(() -> {
            T_TensorTensor_T result = torch.linalg_cholesky_ex(of(symmetric), false, false);
            return result.get1().item_int() == 0 ? Optional.of(matrix(result.get0())) : Optional.empty();
        });
    }

    @Override
    public double[] eigenvalues(Matrix symmetric) {
        symmetric.side();
        return scoped(() -> doubles(torch.linalg_eigvalsh(of(symmetric))));
    }

    @Override
    public Eigen eigen(Matrix symmetric) {
        symmetric.side();
        return scoped(() -> {
            T_TensorTensor_T result = torch.linalg_eigh(of(symmetric));
            return new Eigen(doubles(result.get0()), matrix(result.get1()));
        });
    }

    @Override
    public double[] eigenvaluesOfProduct(Matrix lower, Matrix symmetric) {
        int d = lower.side();
        if (symmetric.side() != d) {
            throw new IllegalArgumentException("factors of " + d + " and " + symmetric.side() + " rows");
        }
        return scoped(() -> {
            Tensor l = of(lower);
            Tensor s = of(symmetric);
            Tensor right = zeros(d, d); // S L
            Tensor both = zeros(d, d); // L' S L, lower triangle
            for (int from = 0; from < d; from += BLOCK) {
                int width = Math.min(BLOCK, d - from);
                // L is zero above its diagonal: its columns begin at row `from`.
                right.narrow(1, from, width)
                        .addmm_(
                                s.narrow(1, from, d - from),
                                l.narrow(0, from, d - from).narrow(1, from, width));
            }
            for (int from = 0; from < d; from += BLOCK) {
                int width = Math.min(BLOCK, d - from);
                both.narrow(0, from, width)
                        .narrow(1, 0, from + width)
                        .addmm_(
                                l.narrow(0, from, d - from)
                                        .narrow(1, from, width)
                                        .t(),
                                right.narrow(0, from, d - from).narrow(1, 0, from + width));
            }
            return doubles(torch.linalg_eigvalsh(both));
        });
    }

    @Override
    public double[] singularValues(Matrix matrix) {
        return scoped(() -> doubles(torch.linalg_svdvals(of(matrix))));
    }
}
