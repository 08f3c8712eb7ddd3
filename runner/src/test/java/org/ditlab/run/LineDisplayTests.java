package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
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

    @Test
    void everyTrialThatRunsIsTold() {
        AtomicLong clock = new AtomicLong();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        RunProgress progress = new RunProgress(
                0.52,
                Optional.of(Duration.ofSeconds(63)),
                3,
                1,
                9,
                List.of(
                        new RunProgress.Row(
                                "base\u001b[31m",
                                1,
                                "train",
                                120,
                                400,
                                "loss 0.2134, 512 images/s",
                                Optional.of(Duration.ofSeconds(41))),
                        new RunProgress.Row("wide", 2, "", 0, 0, "starting", Optional.empty())));
        try (LineDisplay display = new LineDisplay(new PrintStream(bytes, true, StandardCharsets.UTF_8), clock::get)) {
            clock.addAndGet(Duration.ofSeconds(15).toNanos());
            display.update(progress);
            clock.addAndGet(Duration.ofSeconds(14).toNanos());
            display.update(progress);
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "52 %, about 1:03 left: 3 of 9 ended, 2 running, 1 failed",
                        "    base seed 1, train 120/400, loss 0.2134, 512 images/s, about 0:41 left",
                        "    wide seed 2, starting");
    }

    @Test
    void linesOfALongRunAreFew() {
        AtomicLong clock = new AtomicLong();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (LineDisplay display = new LineDisplay(new PrintStream(bytes, true, StandardCharsets.UTF_8), clock::get)) {
            for (int second = 0; second < 24 * 3600; second++) {
                clock.addAndGet(Duration.ofSeconds(1).toNanos());
                display.update(0.5, Optional.empty(), "train");
            }
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines()).hasSizeBetween(700, 800);
    }
}
