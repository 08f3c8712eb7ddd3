package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MersenneTwisterTests {
    private static Stream<Arguments> seeds() throws IOException {
        return MetricArrays.cases("rng/mt19937.json");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("seeds")
    void agreesWithTheReferenceStream(String name, JsonNode expected) {
        long seed = Long.parseLong(name);
        for (Map.Entry<String, JsonNode> entry : expected.properties()) {
            String[] words = entry.getKey().split("_");
            JsonNode value = entry.getValue();
            MersenneTwister stream = new MersenneTwister(seed);
            if (entry.getKey().matches("first_\\d+_uint32")) {
                for (JsonNode output : value) {
                    assertThat(stream.next()).isEqualTo(output.longValue());
                }
            } else if (entry.getKey().matches("permutation_\\d+(_head)?")) {
                int[] order = stream.permutation(Integer.parseInt(words[1]));
                assertThat(Arrays.copyOf(order, value.size())).isEqualTo(integers(value));
            } else if (entry.getKey().matches("permutation_\\d+_crc32_int32_le")) {
                assertThat(checksum(stream.permutation(Integer.parseInt(words[1]))))
                        .isEqualTo(value.textValue());
            } else if (entry.getKey().matches("two_choices_\\d+_of_\\d+_without_replacement")) {
                for (JsonNode choice : value) {
                    assertThat(stream.choice(Integer.parseInt(words[2]), Integer.parseInt(words[4])))
                            .isEqualTo(integers(choice));
                }
            } else {
                throw new IllegalArgumentException("no reading for " + entry.getKey());
            }
        }
    }

    private static int[] integers(JsonNode values) {
        int[] out = new int[values.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = values.get(i).intValue();
        }
        return out;
    }

    private static String checksum(int[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        CRC32 checksum = new CRC32();
        checksum.update(bytes.array());
        return String.format("%08x", checksum.getValue());
    }

    @Test
    void smallestSetsHaveOneOrder() {
        assertThat(new MersenneTwister(1).permutation(0)).isEmpty();
        assertThat(new MersenneTwister(1).permutation(1)).containsExactly(0);
    }

    @Test
    void whatCannotBeDrawnIsRefused() {
        assertThatThrownBy(() -> new MersenneTwister(-1)).hasMessageContaining("32 bits");
        assertThatThrownBy(() -> new MersenneTwister(1L << 32)).hasMessageContaining("32 bits");
        assertThatThrownBy(() -> new MersenneTwister(0).choice(3, 4)).hasMessageContaining("4 different numbers");
    }
}
