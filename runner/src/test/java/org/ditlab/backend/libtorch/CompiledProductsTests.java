package org.ditlab.backend.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products on tiles against those in float64 of the same operands. */
class CompiledProductsTests {
    /** Relative to the sum of the absolute values of what is added: float32 sums of up to some thousand products. */
    private static final double ROUNDING = 2e-6;

    private final PointerScope scope = new PointerScope();
    private final int threads = torch.get_num_threads();

    @BeforeEach
    void tiles() {
        assumeTrue(CompiledKernels.tilesServe(), "needs a processor with AMX and a C++ compiler");
    }

    @AfterEach
    void free() {
        torch.set_num_threads(threads);
        scope.close();
    }

    private record Gradients(Tensor weight, Tensor bias) {}

    /** Numbers that look random, in bfloat16. */
    private static Tensor wave(long rows, long columns, double step) {
        Tensor index = torch.arange(new Scalar(rows * columns)).to(ScalarType.Double);
        return index.mul(new Scalar(step))
                .add(new Scalar(1.0))
                .sin()
                .view(rows, columns)
                .to(ScalarType.BFloat16);
    }

    private static Gradients gradients(Tensor x, Tensor dy) {
        Tensor weight = torch.full(new long[] {dy.size(1), x.size(1)}, new Scalar(7f));
        Tensor bias = torch.full(new long[] {dy.size(1)}, new Scalar(7f));
        CompiledProducts.gradients(x, dy, x.size(0), x.size(1), dy.size(1), weight, bias);
        return new Gradients(weight, bias);
    }

    /** Of the largest difference from {@code a^T b} to the sum of absolute values. */
    private static double error(Tensor actual, Tensor a, Tensor b) {
        Tensor left = a.to(ScalarType.Double).t();
        Tensor right = b.to(ScalarType.Double);
        Tensor difference = actual.to(ScalarType.Double).sub(left.matmul(right)).abs();
        return difference.div(left.abs().matmul(right.abs())).max().item_double();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "17, 20, 36",
        "16, 384, 200",
        "191, 31, 33",
        "193, 64, 1",
        "500, 1, 64",
        "1000, 97, 130",
        "2048, 96, 384",
        "300, 1000, 800"
    })
    void gradientsOfWeightAndBias(long rows, long in, long out) {
        Tensor x = wave(rows, in, 1.37);
        Tensor dy = wave(rows, out, 2.11).mul(new Scalar(0.01));
        Gradients actual = gradients(x, dy);
        assertThat(error(actual.weight(), dy, x)).isLessThan(ROUNDING);
        Tensor ones = torch.ones(new long[] {rows, 1}).to(ScalarType.BFloat16);
        assertThat(error(actual.bias().view(out, 1), dy, ones)).isLessThan(ROUNDING);
    }

    /** What a result in bfloat16 is off from the product in float64 beyond its own rounding. */
    private static double excess(Tensor y, Tensor x, Tensor weight, Tensor bias) {
        Tensor exact =
                x.to(ScalarType.Double).matmul(weight.to(ScalarType.Double)).add(bias);
        Tensor most = x.to(ScalarType.Double)
                .abs()
                .matmul(weight.to(ScalarType.Double).abs())
                .add(bias.abs());
        Tensor difference =
                y.to(ScalarType.Double).sub(exact).abs().sub(exact.abs().div(new Scalar(256.0)));
        return difference.div(most).max().item_double();
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "17, 20, 36", "16, 384, 200", "64, 31, 33", "193, 64, 1", "70, 1, 64", "300, 1000, 900"})
    void products(long rows, long depth, long width) {
        Tensor x = wave(rows, depth, 1.37);
        Tensor weight = wave(depth, width, 2.11);
        Tensor bias = torch.linspace(new Scalar(-1), new Scalar(1), width);
        Tensor y = torch.empty(rows, width).to(ScalarType.BFloat16);
        CompiledProducts.product(x, weight, false, bias, y, rows, depth, width);
        assertThat(excess(y, x, weight, bias)).isLessThan(ROUNDING);
        Tensor turned = weight.t().contiguous();
        Tensor same = torch.empty(rows, width).to(ScalarType.BFloat16);
        CompiledProducts.product(x, turned, true, bias, same, rows, depth, width);
        assertThat(torch.equal(y, same)).isTrue();
        CompiledProducts.product(x, turned, true, null, same, rows, depth, width);
        assertThat(excess(same, x, weight, torch.zeros(width))).isLessThan(ROUNDING);
    }

    @Test
    void aRowsProductIsTheSameWhateverTheOtherRowsAndThreads() {
        Tensor x = wave(333, 100, 1.37);
        Tensor weight = wave(100, 70, 2.11);
        Tensor all = torch.empty(333, 70).to(ScalarType.BFloat16);
        CompiledProducts.product(x, weight, false, null, all, 333, 100, 70);
        for (int count : new int[] {1, 3}) {
            torch.set_num_threads(count);
            for (int first : new int[] {0, 7, 300}) {
                Tensor rows = x.slice(0, new LongOptional(first), new LongOptional(first + 33), 1)
                        .contiguous();
                Tensor some = torch.empty(33, 70).to(ScalarType.BFloat16);
                CompiledProducts.product(rows, weight, false, null, some, 33, 100, 70);
                assertThat(torch.equal(some, all.slice(0, new LongOptional(first), new LongOptional(first + 33), 1)))
                        .as("rows from %d, %d threads", first, count)
                        .isTrue();
            }
        }
    }

    @Test
    void withoutBias() {
        Tensor x = wave(40, 48, 1.37);
        Tensor dy = wave(40, 70, 2.11);
        Tensor weight = torch.full(new long[] {70, 48}, new Scalar(7f));
        CompiledProducts.gradients(x, dy, 40, 48, 70, weight, null);
        assertThat(torch.equal(weight, gradients(x, dy).weight())).isTrue();
    }

    @Test
    void theNumberOfThreadsChangesNothing() {
        Tensor x = wave(700, 420, 1.37);
        Tensor dy = wave(700, 900, 2.11);
        torch.set_num_threads(1);
        Gradients one = gradients(x, dy);
        for (int count = 2; count <= 5; count++) {
            torch.set_num_threads(count);
            Gradients more = gradients(x, dy);
            assertThat(torch.equal(one.weight(), more.weight()))
                    .as(count + " threads")
                    .isTrue();
            assertThat(torch.equal(one.bias(), more.bias()))
                    .as(count + " threads")
                    .isTrue();
        }
    }

    @Test
    void whatIsNotANumberStaysInItsRowAndColumn() {
        Tensor x = torch.ones(new long[] {50, 40}).to(ScalarType.BFloat16);
        Tensor dy = torch.ones(new long[] {50, 45}).to(ScalarType.BFloat16);
        x.select(0, 49).select(0, 3).fill_(new Scalar(Float.NaN));
        dy.select(0, 7).select(0, 44).fill_(new Scalar(Float.POSITIVE_INFINITY));
        Gradients actual = gradients(x, dy);
        for (int out = 0; out < 45; out++) {
            for (int in = 0; in < 40; in++) {
                float expected = in == 3 ? Float.NaN : out == 44 ? Float.POSITIVE_INFINITY : 50;
                assertThat(actual.weight().select(0, out).select(0, in).item_float())
                        .as("output %d, input %d", out, in)
                        .isEqualTo(Float.valueOf(expected));
            }
            assertThat(actual.bias().select(0, out).item_float()).isEqualTo(out == 44 ? Float.POSITIVE_INFINITY : 50);
        }
    }
}
