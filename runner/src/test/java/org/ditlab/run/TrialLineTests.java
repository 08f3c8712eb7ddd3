package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TrialLineTests {
    @Test
    void aLossThatRoseIsSaid() {
        assertThat(TrialLine.of(Map.of("status", "done", "metrics", Map.of("train.loss_growth", 34.6))))
                .startsWith("done; the loss ended 35 times as high as it began");
        assertThat(TrialLine.of(Map.of("status", "done", "metrics", Map.of("train.loss", 34.6))))
                .isEqualTo("done, training loss 34.60");
    }
}
