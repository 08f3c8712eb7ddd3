package org.ditlab.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CanonicalJsonTests {
    @Test
    void sortsKeysAndLeavesNoSpace() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("b", List.of(true, "x y"));
        map.put("a", Map.of("z", 1, "y", 2.5));

        assertThat(CanonicalJson.text(map)).isEqualTo("{\"a\":{\"y\":2.5,\"z\":1},\"b\":[true,\"x y\"]}");
    }

    @Test
    void writesANumberInOneWayWhateverItsType() {
        assertThat(CanonicalJson.text(List.of(1, 1L, 1.0, 1f, new BigDecimal("1.00"))))
                .isEqualTo("[1,1,1,1,1]");
        assertThat(CanonicalJson.text(List.of(1e-4, 1e-7, 0.1, 1e21, 1.5e300, -0.0, 2e-3, -1.25e-9)))
                .isEqualTo("[0.0001,1e-7,0.1,1e+21,1.5e+300,0,0.002,-1.25e-9]");
        assertThat(CanonicalJson.text(Long.MAX_VALUE)).isEqualTo("9223372036854775807");
        assertThat(CanonicalJson.number(2.2e-322)).isEqualTo("2.2e-322");
    }

    @Property
    void numbersReadBackAsTheSameDouble(@ForAll double value) {
        assertThat(Double.parseDouble(CanonicalJson.number(value))).isEqualTo(value + 0.0);
    }

    @Test
    void hashIsSha256OfTheText() {
        // printf '{"a":1}' | sha256sum
        assertThat(CanonicalJson.hash(Map.of("a", 1)))
                .isEqualTo("015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862");
    }

    @Test
    void refusesWhatJsonCannotHold() {
        assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.text(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.text(new Object()));
    }
}
