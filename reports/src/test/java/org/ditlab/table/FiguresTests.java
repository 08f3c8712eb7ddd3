package org.ditlab.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ditlab.statistics.Estimate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTests {
    @ParameterizedTest
    @CsvSource({
        "58, 58.0",
        "0.0123456, 0.0123",
        "1234.5, 1234",
        "0, 0",
        "9.999, 10.0",
        "-0.5, -0.500",
        "1e-7, 0.000000100"
    })
    void threeSignificantDigits(double value, String text) {
        assertThat(Figures.significant(value)).isEqualTo(text);
    }

    @Test
    void theIntervalSaysHowManyDecimalsTheMeanHas() {
        assertThat(Figures.estimate(Estimate.of(List.of(61.2, 58.9)))).isEqualTo("60 \u00b1 15");
        assertThat(Figures.estimate(Estimate.of(List.of(4.1, 4.7, 5.2, 3.9, 4.4))))
                .isEqualTo("4.46 \u00b1 0.64");
        assertThat(Figures.estimate(Estimate.of(List.of(2.0, 2.0)))).isEqualTo("2.000 \u00b1 0.000");
    }

    @Test
    void withoutAnIntervalTheNumberOfValuesIsSaid() {
        assertThat(Figures.estimate(Estimate.of(List.of(61.23)))).isEqualTo("61.2 (n = 1)");
        assertThat(Figures.estimate(Estimate.of(List.of()))).isEqualTo("-");
    }

    @Property
    void plainReadsBackAsTheSameNumber(@ForAll double value) {
        String text = Figures.plain(value);
        assertThat(Double.isFinite(value) ? Double.parseDouble(text) : 0)
                .isEqualTo(Double.isFinite(value) ? value + 0.0 : 0);
        assertThat(text).doesNotContain("E");
    }
}
