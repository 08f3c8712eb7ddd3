package org.ditlab.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RankingTests {
    private static List<Cell> cells(double... values) {
        return Arrays.stream(values)
                .mapToObj(value -> new Cell(Figures.significant(value), value))
                .toList();
    }

    private static List<Mark> marks(Better better, double... values) {
        return Ranking.of(cells(values), Collections.nCopies(values.length, true), better).stream()
                .map(Cell::mark)
                .toList();
    }

    @Test
    void theDirectionDecides() {
        assertThat(marks(Better.SMALLER, 3, 1, 2)).containsExactly(Mark.NONE, Mark.BEST, Mark.SECOND);
        assertThat(marks(Better.LARGER, 3, 1, 2)).containsExactly(Mark.BEST, Mark.NONE, Mark.SECOND);
    }

    @Test
    void oneIsNeverMarkedAndOfTwoTheSecondIsNot() {
        assertThat(marks(Better.SMALLER, 1)).containsExactly(Mark.NONE);
        assertThat(marks(Better.SMALLER, 1, 2)).containsExactly(Mark.BEST, Mark.NONE);
        assertThat(marks(Better.SMALLER, 1, Double.NaN)).containsExactly(Mark.NONE, Mark.NONE);
    }

    @Test
    void equalValuesShareTheirMark() {
        assertThat(marks(Better.SMALLER, 1, 2, 1)).containsExactly(Mark.BEST, Mark.NONE, Mark.BEST);
        assertThat(marks(Better.SMALLER, 2, 1, 2, 3)).containsExactly(Mark.SECOND, Mark.BEST, Mark.SECOND, Mark.NONE);
    }

    @Test
    void whatTakesNoPartIsNotMarked() {
        assertThat(Ranking.of(cells(1, 5, 4, 3), List.of(false, true, true, true), Better.SMALLER))
                .extracting(Cell::mark)
                .containsExactly(Mark.NONE, Mark.NONE, Mark.SECOND, Mark.BEST);
    }

    @Property(tries = 200)
    void noValueIsBetterThanTheBest(@ForAll @Size(min = 2, max = 12) List<Integer> values) {
        double[] numbers = values.stream().mapToDouble(Integer::doubleValue).toArray();
        double smallest = Arrays.stream(numbers).min().orElseThrow();
        List<Mark> marks = marks(Better.SMALLER, numbers);
        for (int i = 0; i < numbers.length; i++) {
            assertThat(marks.get(i) == Mark.BEST).isEqualTo(numbers[i] == smallest);
        }
    }
}
