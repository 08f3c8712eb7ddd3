package org.ditlab.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
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
    void stringsAreWrittenAsAJsonLibraryWritesThem() throws IOException {
        ObjectMapper json = new ObjectMapper();
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            String text = "x" + (char) c;
            if (!CanonicalJson.text(text).equals(json.writeValueAsString(text))) {
                fail("character " + c + " is written as " + CanonicalJson.text(text));
            }
        }
    }

    @Test
    void aMapPutTogetherFromTextsReadsLikeTheWhole() {
        Map<String, Object> part = Map.of("z", 1, "y", List.of());

        assertThat(CanonicalJson.object(Map.of("b", CanonicalJson.text(part), "a \"", "true")))
                .isEqualTo(CanonicalJson.text(Map.of("a \"", true, "b", part)));
    }

    @Property(tries = 100)
    void aNormalMapIsTheMapWithItsKeysSorted(@ForAll Map<String, Boolean> map) {
        Map<String, Object> normal = CanonicalJson.normal(map);

        assertThat(normal).isEqualTo(map).hasSameSizeAs(map);
        assertThat(List.copyOf(normal.keySet())).isSorted();
        map.forEach((key, value) -> assertThat(normal.get(key)).isEqualTo(value));
        assertThat(CanonicalJson.text(normal)).isEqualTo(CanonicalJson.text(map));
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
