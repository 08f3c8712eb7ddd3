package org.ditlab.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.AdamWState;
import org.junit.jupiter.api.Test;

/** The part of {@link BackendContract} that is a training step's end: the gradients' norm, AdamW, averages. */
abstract class BackendTraining extends BackendBehaviour {
    @Test
    @Covers("adamW(AdamWState,double,long)")
    void adamWFollowsItsFormula() {
        RandomStream random = new Streams(1).stream("adamW");
        List<double[]> expected = new ArrayList<>();
        List<double[]> factors = new ArrayList<>();
        List<Tensor> parameters = new ArrayList<>();
        List<Tensor> firstMoments = new ArrayList<>();
        List<Tensor> secondMoments = new ArrayList<>();
        for (int[] dims : new int[][] {{3, 5}, {7}}) {
            Operand operand = Operand.normal(dims);
            double[] start = operand.draw(random.named("start" + dims.length));
            expected.add(start.clone());
            factors.add(Operand.positive(dims).draw(random.named("factor" + dims.length)));
            parameters.add(backend().leaf(backend().tensor(start, operand.shape(), DType.FLOAT32), true));
            firstMoments.add(backend().full(0, operand.shape(), DType.FLOAT32));
            secondMoments.add(backend().full(0, operand.shape(), DType.FLOAT32));
        }
        AdamWState state = new AdamWState(parameters, firstMoments, secondMoments, List.of(), 0.9, 0.99, 1e-8, 0.1);
        List<double[]> m = List.of(new double[15], new double[7]);
        List<double[]> v = List.of(new double[15], new double[7]);
        for (int step = 1; step <= 4; step++) {
            for (int i = 0; i < 2; i++) {
                Tensor parameter = parameters.get(i);
                backend().clearGrad(parameter);
                Tensor factor = backend().tensor(factors.get(i), parameter.shape(), DType.FLOAT32);
                parameter.square().mul(factor).mul(0.5).sum().backward();
                for (int j = 0; j < expected.get(i).length; j++) {
                    double p = expected.get(i)[j];
                    double g = p * factors.get(i)[j];
                    m.get(i)[j] = 0.9 * m.get(i)[j] + 0.1 * g;
                    v.get(i)[j] = 0.99 * v.get(i)[j] + 0.01 * g * g;
                    double first = m.get(i)[j] / (1 - Math.pow(0.9, step));
                    double second = v.get(i)[j] / (1 - Math.pow(0.99, step));
                    expected.get(i)[j] = p - 0.05 * (0.1 * p + first / (Math.sqrt(second) + 1e-8));
                }
            }

            backend().adamW(state, 0.05, step);

            for (int i = 0; i < 2; i++) {
                assertThat(parameters.get(i).toDoubles()).containsExactly(expected.get(i), CLOSE);
                assertThat(firstMoments.get(i).toDoubles()).containsExactly(m.get(i), CLOSE);
                assertThat(secondMoments.get(i).toDoubles()).containsExactly(v.get(i), CLOSE);
            }
        }
    }

    @Test
    void adamWLeavesParametersWithoutGradientAndMovesTheirAverages() {
        Tensor parameter = trained(3, -2);
        Tensor slow = backend().leaf(vector(1, 2), false);
        Tensor fast = backend().leaf(vector(1, 2), false);
        AdamWState state = new AdamWState(
                List.of(parameter),
                List.of(vector(0, 0)),
                List.of(vector(0, 0)),
                List.of(new AdamWState.Average(List.of(slow), 0.75), new AdamWState.Average(List.of(fast), 0.25)),
                0.9,
                0.99,
                1e-8,
                0.1);

        backend().adamW(state, 0.05, 1);

        assertThat(parameter.toDoubles()).containsExactly(3, -2);
        assertThat(slow.toDoubles()).containsExactly(1.5, 1);
        assertThat(fast.toDoubles()).containsExactly(2.5, -1);
    }

    @Test
    void averagesFollowTheParametersThatAStepHasLeft() {
        Tensor parameter = trained(1, -1, 4);
        Tensor average = backend().leaf(vector(0, 0, 0), false);
        parameter.square().sum().backward();
        AdamWState state = new AdamWState(
                List.of(parameter),
                List.of(vector(0, 0, 0)),
                List.of(vector(0, 0, 0)),
                List.of(new AdamWState.Average(List.of(average), 0.9)),
                0.9,
                0.99,
                1e-8,
                0);

        backend().adamW(state, 0.5, 1);

        assertThat(parameter.toDoubles()).containsExactly(new double[] {0.5, -0.5, 3.5}, CLOSE);
        assertThat(average.toDoubles()).containsExactly(new double[] {0.05, -0.05, 0.35}, CLOSE);
    }

    @Test
    @Covers("gradientNorm(List)")
    void theNormIsThatOfAllGradientsTogether() {
        Tensor first = trained(1, 2);
        Tensor second = trained(3);
        Tensor without = trained(9);
        assertThat(backend().gradientNorm(List.of(first, without))).isZero();

        first.square().sum().add(second.square().sum()).mul(0.5).backward();
        assertThat(backend().gradientNorm(List.of(first, without, second))).isCloseTo(Math.sqrt(14), CLOSE);

        second.mul(Double.POSITIVE_INFINITY).sum().backward();
        assertThat(backend().gradientNorm(List.of(first, without, second))).isInfinite();
        first.mul(Double.NaN).sum().backward();
        assertThat(backend().gradientNorm(List.of(first, without, second))).isNaN();
    }
}
