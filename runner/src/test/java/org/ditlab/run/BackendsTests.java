package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.spi.BackendProvider;
import org.junit.jupiter.api.Test;

class BackendsTests {
    private final Backends backends = new Backends(List.of(
            new Offer("plain", 1, List.of(Device.CPU)),
            new Offer("fast", 100, List.of(Device.CUDA, Device.CPU)),
            new Offer("absent", 200, List.of())));

    @Test
    void theBestThatWorksIsChosen() {
        BackendChoice choice = backends.choose(null, null);

        assertThat(choice.provider().name()).isEqualTo("fast");
        assertThat(choice.device()).isEqualTo(Device.CUDA);
    }

    @Test
    void nameAndDeviceAreObeyed() {
        assertThat(backends.choose("plain", null).provider().name()).isEqualTo("plain");
        assertThat(backends.choose(null, "cpu").device()).isEqualTo(Device.CPU);
    }

    @Test
    void whatIsNotThereIsAnsweredWithWhatIs() {
        assertThatThrownBy(() -> backends.choose("plain", "cuda"))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("\"plain\" on device \"cuda\"")
                .hasMessageContaining("--backend fast --device cpu");
        assertThatThrownBy(() -> backends.choose("absent", null)).isInstanceOf(StudyException.class);
    }

    private record Offer(String name, int rank, List<Device> devices) implements BackendProvider {
        @Override
        public Backend open(Device device, int threads) {
            throw new UnsupportedOperationException("choosing opens nothing");
        }

        @Override
        public String build() {
            return "none";
        }
    }
}
