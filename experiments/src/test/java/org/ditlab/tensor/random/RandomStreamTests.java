package org.ditlab.tensor.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomStreamTests {
    private final RandomStream stream = new Streams(7).stream("noise");

    private static float[] normal(RandomStream stream, long index, long step, int count) {
        float[] out = new float[count];
        stream.normal(index, step, out, 0, count);
        return out;
    }

    @Test
    void normalValuesHaveTheMomentsOfAGaussian() {
        int n = 400_000;
        double[] moments = new double[5];
        for (float value : normal(stream, 0, 0, n)) {
            for (int power = 1; power <= 4; power++) {
                moments[power] += Math.pow(value, power) / n;
            }
        }

        // Five standard errors of each.
        assertThat(moments[1]).isCloseTo(0, within(5 * Math.sqrt(1.0 / n)));
        assertThat(moments[2]).isCloseTo(1, within(5 * Math.sqrt(2.0 / n)));
        assertThat(moments[3]).isCloseTo(0, within(5 * Math.sqrt(15.0 / n)));
        assertThat(moments[4]).isCloseTo(3, within(5 * Math.sqrt(96.0 / n)));
    }

    @Test
    void uniformValuesFillTheUnitIntervalEvenly() {
        float[] values = new float[100_000];
        stream.uniform(0, 0, values, 0, values.length);
        int[] tenths = new int[10];
        for (float value : values) {
            assertThat(value).isGreaterThanOrEqualTo(0).isLessThan(1);
            tenths[(int) (value * 10)]++;
        }

        assertThat(Arrays.stream(tenths)).allSatisfy(count -> assertThat(count).isBetween(9_500, 10_500));
    }

    @Test
    void integersReachAllValuesBelowTheBound() {
        assertThat(IntStream.range(0, 1000).map(i -> stream.integer(3, 0, i, 7)))
                .containsOnly(0, 1, 2, 3, 4, 5, 6);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 17, 1000})
    void permutationHoldsEachNumberOnce(int n) {
        assertThat(stream.permutation(n, 3))
                .containsExactlyInAnyOrder(IntStream.range(0, n).toArray());
    }

    @Test
    void permutationsOfTwoIndicesDiffer() {
        assertThat(stream.permutation(100, 0)).isNotEqualTo(stream.permutation(100, 1));
    }

    @Test
    void noiseBelongsToTheImageAndNotToTheBatch() {
        float[] forwards = new float[30];
        float[] backwards = new float[30];
        for (int image = 0; image < 3; image++) {
            stream.normal(image, 5, forwards, 10 * image, 10);
            stream.normal(2 - image, 5, backwards, 10 * (2 - image), 10);
        }

        assertThat(backwards).containsExactly(forwards);
        assertThat(Arrays.copyOf(normal(stream, 1, 5, 13), 10)).containsExactly(Arrays.copyOfRange(forwards, 10, 20));
    }

    @Test
    void addressesDrawDifferentNumbers() {
        float[] draw = normal(stream, 1, 1, 4);

        assertThat(normal(stream, 2, 1, 4)).isNotEqualTo(draw);
        assertThat(normal(stream, 1, 2, 4)).isNotEqualTo(draw);
        assertThat(normal(stream, 1L + (1L << 32), 1, 4)).isNotEqualTo(draw);
        assertThat(normal(stream, 1, 1L + (1L << 32), 4)).isNotEqualTo(draw);
        assertThat(normal(stream.named("a"), 1, 1, 4)).isNotEqualTo(draw);
        assertThat(normal(new Streams(8).stream("noise"), 1, 1, 4)).isNotEqualTo(draw);
        assertThat(normal(new Streams(7).stream("noise"), 1, 1, 4)).containsExactly(draw);
    }
}
