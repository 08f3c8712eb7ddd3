package org.ditlab.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.ditlab.summary.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedProtocolTests {
    private static final String REFERENCE = "imagenet-256 train, 1281167 images, sha256 0123456789ab";

    private static boolean holds(String features, int samples, String reference) {
        return PublishedProtocol.holds(
                new Protocol("", Map.of("features", features, "samples", samples, "reference", reference), Set.of()));
    }

    @Test
    void featuresSamplesAndReferenceDecide() {
        assertThat(holds("inception", 50_000, REFERENCE)).isTrue();
        assertThat(holds("classifier:shapes-32", 50_000, REFERENCE)).isFalse();
        assertThat(holds("inception", 1000, REFERENCE)).isFalse();
        assertThat(PublishedProtocol.differences(new Protocol("", Map.of(), Set.of())))
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cifar10-32 train, 50000 images, sha256 0",
                "imagenet-32 train, 1281167 images, sha256 0",
                "imagenet-1256 train, 1281167 images, sha256 0",
                "tiny-imagenet-256 train, 100000 images, sha256 0",
                "imagenet-256",
                "imagenet-256 train, 99999999999 images"
            })
    void otherDataAreNotThePapers(String reference) {
        assertThat(holds("inception", 50_000, reference)).isFalse();
    }
}
