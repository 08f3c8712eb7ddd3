package org.ditlab.run.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.ditlab.run.estimate.TimeCurve.Point;
import org.junit.jupiter.api.Test;

class TimeCurveTests {
    @Test
    void measurementsOnALineGiveTheLineEverywhere() {
        TimeCurve curve = new TimeCurve(List.of(on(2e9), on(1e9), on(8e9)));

        for (double macs : new double[] {1e6, 1e9, 1.5e9, 2e9, 5e9, 8e9, 1e12}) {
            assertThat(curve.seconds(macs)).isCloseTo(0.05 + macs / 40e9, within(1e-9 * macs / 40e9 + 1e-9));
        }
    }

    private static Point on(double macs) {
        return new Point(macs, 0.05 + macs / 40e9);
    }

    @Test
    void oneSizeIsScaledByItsRate() {
        assertThat(new TimeCurve(List.of(new Point(1e9, 0.2))).seconds(3e9)).isCloseTo(0.6, within(1e-12));
        assertThat(new TimeCurve(List.of(new Point(1e9, 0.1), new Point(1e9, 0.4))).seconds(5e8))
                .as("equal sizes are their geometric mean")
                .isCloseTo(0.1, within(1e-12));
    }

    @Test
    void theNearestSizesCountMost() {
        TimeCurve curve = new TimeCurve(List.of(new Point(1, 1), new Point(10, 10), new Point(100, 1000)));

        assertThat(curve.seconds(5.5)).isCloseTo(5.5, within(1e-9));
        assertThat(curve.seconds(55)).isCloseTo(505, within(1e-6));
    }

    @Test
    void whatFallsIsPooled() {
        TimeCurve curve = new TimeCurve(List.of(new Point(1, 4), new Point(2, 1), new Point(3, 9)));

        assertThat(curve.seconds(1)).isCloseTo(2, within(1e-12));
        assertThat(curve.seconds(2)).isCloseTo(2, within(1e-12));
        assertThat(curve.seconds(3)).isCloseTo(9, within(1e-12));
    }

    @Property(tries = 300)
    void moreArithmeticNeverTakesLess(
            @ForAll @Size(min = 1, max = 12) List<@DoubleRange(min = -4, max = 14) Double> sizes,
            @ForAll @Size(12) List<@DoubleRange(min = -6, max = 4) Double> seconds,
            @ForAll @DoubleRange(min = -6, max = 16) double one,
            @ForAll @DoubleRange(min = -6, max = 16) double other) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            points.add(new Point(Math.pow(10, sizes.get(i)), Math.pow(10, seconds.get(i))));
        }
        TimeCurve curve = new TimeCurve(points);
        double less = curve.seconds(Math.pow(10, Math.min(one, other)));

        assertThat(less).isPositive().isFinite();
        assertThat(curve.seconds(Math.pow(10, Math.max(one, other)))).isGreaterThanOrEqualTo(less * (1 - 1e-9));
    }
}
