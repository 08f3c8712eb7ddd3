package org.ditlab.metric.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProtocolTests {
    @Test
    void theFingerprintIsOfAllEntriesWhateverTheirOrder() {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("features", "classifier:shapes-32");
        one.put("samples", 1000);
        Map<String, Object> other = new LinkedHashMap<>();
        other.put("samples", 1000);
        other.put("features", "classifier:shapes-32");
        Protocol protocol = new Protocol(one);

        assertThat(protocol.fingerprint()).hasSize(12);
        assertThat(new Protocol(other).fingerprint()).isEqualTo(protocol.fingerprint());
        assertThat(new Protocol(protocol.toMap())).isEqualTo(protocol);
        other.put("samples", 1001);
        assertThat(new Protocol(other).fingerprint()).isNotEqualTo(protocol.fingerprint());
        other.remove("samples");
        assertThat(new Protocol(other).fingerprint()).isNotEqualTo(protocol.fingerprint());
    }

    @Test
    void theFingerprintStandsLastInAResult() {
        Protocol protocol = new Protocol(Map.of("features", "classifier:shapes-32"));

        assertThat(protocol.toMap()).containsOnlyKeys("features", "fingerprint");
    }
}
