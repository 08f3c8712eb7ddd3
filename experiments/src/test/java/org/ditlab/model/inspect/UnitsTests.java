package org.ditlab.model.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import org.ditlab.tensor.Convention;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTests {
    private static Units units(Convention convention, long figure) {
        return Units.of(convention, new Measure(figure, figure, figure));
    }

    @ParameterizedTest
    @CsvSource({
        "999, 999 MACs, 999 params, 999 B",
        "1000, 1.000 kMACs, 1.000 k params, 1.000 kB",
        "99_900_000, 99.90 MMACs, 99.90 M params, 99.90 MB",
        "100_000_000, 0.100 GMACs, 100.0 M params, 100.0 MB",
        "5_432_192_000, 5.432 GMACs, 5.432 G params, 5.432 GB",
        "162_136_185_802_700, 162.1 TMACs, 162.1 T params, 162.1 TB",
        "2_594_429_936_400_000_000, 2.594 EMACs, 2.594 E params, 2.594 EB"
    })
    void theWholeChoosesTheUnit(String figure, String cost, String parameters, String bytes) {
        long whole = Long.parseLong(figure.replace("_", ""));
        Units units = units(Convention.MACS, whole);

        assertThat(units.cost(whole)).isEqualTo(cost);
        assertThat(units.parameters(whole)).isEqualTo(parameters);
        assertThat(units.bytes(whole)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "946_000_000, 0.946",
        "-946_000_000, -0.946",
        "14_592, 0.0000146",
        "1_234, 0.00000123",
        "123, 1.23e-07",
        "0, 0"
    })
    void partsStayInTheUnitOfTheWhole(String figure, String number) {
        Units units = units(Convention.MACS, 5_000_000_000L);

        assertThat(units.cost().number(Long.parseLong(figure.replace("_", "")))).isEqualTo(number);
    }

    @Test
    void zeroHasNoPrefix() {
        assertThat(units(Convention.MACS, 5_000_000_000L).cost(0)).isEqualTo("0 MACs");
        assertThat(units(Convention.DIT_PAPER, 5_000_000_000L).cost(0)).isEqualTo("0 (DiT paper)");
        assertThat(units(Convention.MACS, 5_000_000_000L).parameters(0)).isEqualTo("0 params");
        assertThat(units(Convention.MACS, 5_000_000_000L).bytes(0)).isEqualTo("0 B");
    }

    @ParameterizedTest
    @CsvSource({
        "MACS, 6_000_000_000, GMACs",
        "TORCHPROFILE, 6_000_000_000, G torchprofile",
        "DIT_PAPER, 6_000_000_000, G DiT paper",
        "MACS, 12, MACs",
        "TORCHPROFILE, 12, torchprofile"
    })
    void theHeadingNamesTheConvention(Convention convention, String figure, String heading) {
        assertThat(units(convention, Long.parseLong(figure.replace("_", ""))).costHeading())
                .isEqualTo(heading);
    }
}
