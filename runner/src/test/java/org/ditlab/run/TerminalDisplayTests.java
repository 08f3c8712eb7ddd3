package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TerminalDisplayTests {
    private final AtomicLong clock = new AtomicLong();
    private final Screen screen = new Screen(12, 90);
    private TerminalSize size = new TerminalSize(12, 90);

    @Test
    void aLineForEachTrialAndOneForTheStudyBelow() {
        try (TerminalDisplay display = display(true)) {
            show(display, progress(0.25, row("base", 1, 120, 400), row("+ width 80", 2, 7, 400)));

            assertThat(screen.lines())
                    .containsExactly(
                            "  base seed 1        train 120/400  loss 0.2134, 512 images/s, 0:41 left",
                            "  + width 80 seed 2  train 7/400    loss 0.2134, 512 images/s, 0:41 left",
                            "small [=====               ] 25 %  1:03 left  3 of 9 ended, 2 running, 1 failed");

            show(display, progress(0.3, row("+ width 80", 2, 8, 400)));

            assertThat(screen.lines())
                    .containsExactly(
                            "  + width 80 seed 2  train 8/400  loss 0.2134, 512 images/s, 0:41 left",
                            "small [======              ] 30 %  1:03 left  3 of 9 ended, 1 running, 1 failed");
        }
        assertThat(screen.coloured()).isTrue();
    }

    @Test
    void messagesScrollAboveTheLines() {
        try (TerminalDisplay display = display(false)) {
            for (int i = 1; i <= 30; i++) {
                show(display, progress(i / 40.0, row("base", 1, i, 400)));
                display.message("trial " + i + ": failed" + System.lineSeparator() + "    last\u001b[2J words");
            }
            List<String> lines = screen.lines();

            assertThat(lines).hasSize(62);
            for (int i = 1; i <= 30; i++) {
                assertThat(lines.get(2 * i - 2)).isEqualTo("trial " + i + ": failed");
                assertThat(lines.get(2 * i - 1)).isEqualTo("    last words");
            }
            assertThat(lines.get(60)).startsWith("  base seed 1  train 30/400");
            assertThat(lines.get(61)).startsWith("small [===============     ] 75 %");
        }
    }

    @Test
    void longLinesAreCutAndMoreTrialsThanRowsAreCounted() {
        size = new TerminalSize(6, 40);
        Screen narrow = new Screen(6, 40);
        RunProgress.Row[] rows = new RunProgress.Row[20];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = row("a variant whose name is longer than the screen is wide", i, i, 400);
        }
        try (TerminalDisplay display = display(narrow, false)) {
            show(display, progress(0.5, rows));
            show(display, progress(0.6, rows));

            assertThat(narrow.lines())
                    .containsExactly(
                            "  a variant whose name is long  train 0",
                            "  a variant whose name is long  train 1",
                            "  and 18 more",
                            "small [============        ] 60 %  1:03");
        }
        assertThat(narrow.lines()).containsExactly("small [============        ] 60 %  1:03");
        assertThat(narrow.row()).isEqualTo(1);
    }

    @Test
    void aWindowMadeNarrowerKeepsNoRemains() {
        try (TerminalDisplay display = display(false)) {
            display.message("before");
            show(display, progress(0.25, row("base", 1, 120, 400), row("wide", 1, 7, 400)));
            screen.resize(50);
            size = new TerminalSize(12, 50);
            display.resized();
            show(display, progress(0.5, row("base", 1, 121, 400), row("wide", 1, 8, 400)));

            assertThat(screen.lines())
                    .containsExactly(
                            "before",
                            "  base seed 1  train 121/400  loss 0.2134, 512 im",
                            "  wide seed 1  train 8/400    loss 0.2134, 512 im",
                            "small [==========          ] 50 %  1:03 left  3 o");
        }
    }

    @Test
    void wideCharactersKeepTheColumns() {
        try (TerminalDisplay display = display(false)) {
            show(display, progress(0.5, row("é", 1, 1, 9), row("ab", 1, 2, 9)));

            assertThat(screen.lines().get(0)).startsWith("  é seed 1   train 1/9  ");
            assertThat(screen.lines().get(1)).startsWith("  ab seed 1  train 2/9  ");
        }
    }

    @Test
    void withoutColoursNoneAreWritten() {
        try (TerminalDisplay display = display(false)) {
            show(display, progress(0.5, row("base", 1, 1, 9)));
        }

        assertThat(screen.coloured()).isFalse();
    }

    @Test
    void workOfOnePieceHasOneLine() {
        try (TerminalDisplay display = display(false)) {
            clock.addAndGet(Duration.ofSeconds(1).toNanos());
            display.update(0.5, Optional.empty(), "image 5/10");
        }

        assertThat(screen.lines()).containsExactly("small [==========          ] 50 %  image 5/10");
    }

    private TerminalDisplay display(boolean colours) {
        return display(screen, colours);
    }

    private TerminalDisplay display(Screen target, boolean colours) {
        return new TerminalDisplay(
                new PrintStream(target, true, StandardCharsets.UTF_8),
                "small",
                size,
                () -> Optional.of(size),
                colours,
                clock::get);
    }

    private void show(TerminalDisplay display, RunProgress progress) {
        clock.addAndGet(Duration.ofSeconds(1).toNanos());
        display.update(progress);
    }

    private static RunProgress progress(double fraction, RunProgress.Row... rows) {
        return new RunProgress(fraction, Optional.of(Duration.ofSeconds(63)), 3, 1, 9, new ArrayList<>(List.of(rows)));
    }

    private static RunProgress.Row row(String variant, int replicate, long done, long total) {
        return new RunProgress.Row(
                variant,
                replicate,
                "train",
                done,
                total,
                "loss 0.2134, 512 images/s",
                Optional.of(Duration.ofSeconds(41)));
    }
}
