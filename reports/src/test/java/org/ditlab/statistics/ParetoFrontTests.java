package org.ditlab.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ParetoFrontTests {
    @Test
    void keepsWhatNothingBeats() {
        List<double[]> points = List.of(
                new double[] {2, 40},
                new double[] {1, 60},
                new double[] {2, 41},
                new double[] {3, 40},
                new double[] {4, 30},
                new double[] {0.5, Double.NaN});
        assertThat(ParetoFront.of(points, p -> p[0], p -> p[1]))
                .containsExactly(points.get(1), points.get(0), points.get(4));
    }

    @Property
    void agreesWithTheDefinition(@ForAll @Size(max = 12) List<@IntRange(min = 0, max = 63) Integer> points) {
        List<Integer> expected = points.stream()
                .filter(p -> points.stream().noneMatch(q -> beats(q, p)))
                .toList();
        assertThat(ParetoFront.of(points, p -> p / 8, p -> p % 8)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Property
    void whatIsOffTheFrontIsDominatedByIt(@ForAll @Size(max = 12) List<@IntRange(min = 0, max = 63) Integer> points) {
        List<Integer> front = ParetoFront.of(points, p -> p / 8, p -> p % 8);
        for (int point : points) {
            List<Integer> by = ParetoFront.dominating(front, point, p -> p / 8, p -> p % 8);
            assertThat(by.isEmpty()).isEqualTo(front.contains(point));
            assertThat(by).allMatch(other -> beats(other, point));
        }
    }

    private static boolean beats(int a, int b) {
        return a / 8 <= b / 8 && a % 8 <= b % 8 && a != b;
    }
}
