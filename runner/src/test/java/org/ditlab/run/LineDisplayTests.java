package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LineDisplayTests {
    @Test
    void aLineNowAndThen() {
        AtomicLong clock = new AtomicLong();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (LineDisplay display = new LineDisplay(new PrintStream(bytes, true, StandardCharsets.UTF_8), clock::get)) {
            display.update(0.1, Optional.empty(), "too early");
            clock.addAndGet(Duration.ofSeconds(20).toNanos());
            display.update(0.2, Optional.of(Duration.ofSeconds(3725)), "train 3/4");
            display.update(0.3, Optional.empty(), "too early");
            display.message("done");
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("20 %, about 1:02:05 left: train 3/4", "done");
    }
}
