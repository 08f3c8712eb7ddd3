package org.ditlab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HolmTests {
    /** By hand from Holm's procedure, and R: {@code p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")}. */
    @Test
    void fourPValues() {
        double[] adjusted = Holm.adjust(0.01, 0.04, 0.03, 0.005);

        assertThat(adjusted).containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-15));
    }

    @Test
    void whatHasNoTestDoesNotCount() {
        double[] adjusted = Holm.adjust(0.01, Double.NaN, 0.2);

        assertThat(adjusted[0]).isEqualTo(0.02);
        assertThat(adjusted[1]).isNaN();
        assertThat(adjusted[2]).isEqualTo(0.2);
    }

    @Property
    void correctedKeepTheirOrderAndAreNoSmaller(
            @ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = 0, max = 1) Double> values) {
        double[] p = values.stream().mapToDouble(Double::doubleValue).toArray();
        double[] adjusted = Holm.adjust(p);

        for (int i = 0; i < p.length; i++) {
            assertThat(adjusted[i]).isBetween(p[i], Math.min(1, Math.max(p[i], p.length * p[i])));
            for (int j = 0; j < p.length; j++) {
                if (p[i] <= p[j]) {
                    assertThat(adjusted[i]).isLessThanOrEqualTo(adjusted[j]);
                }
            }
        }
    }
}
