package org.ditlab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ditlab.cli.MainTests.Output;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plan --calibrate} and {@code --max-hours}, as a person sees them. */
class TimeVerbTests {
    @TempDir
    private Path directory;

    @Test
    void whatIsMeasuredEstimatesAndRefuses() throws IOException {
        String study = Files.writeString(directory.resolve("tiny.yaml"), """
                study: tiny
                base: { model: DiT-S/4, width: 24, depth: 1, heads: 3, patch: 4 }
                data: { size: 8, count: 100 }
                train: { steps: 100000, batch: 8 }
                sample: { count: 64, steps: 2, sampler: ddim }
                list:
                  - { name: small, change: { width: 24 } }
                """).toString();
        String out = directory.resolve("out").toString();

        Output measured = MainTests.ditlab("plan", study, "--out", out, "--calibrate", "--max-hours", "1000");
        Output csv = MainTests.ditlab("plan", study, "--out", out, "--format", "csv");
        Output refused = MainTests.ditlab("run", study, "--out", out, "--max-hours", "1e-5");
        Output slower = MainTests.ditlab("plan", study, "--out", out, "--max-hours", "1e-5");

        assertThat(measured.code()).isZero();
        assertThat(measured.err()).contains("ditlab: measured train: ", "ditlab: measured sample: ");
        assertThat(measured.out())
                .containsPattern("est\\. time\n")
                .contains("estimated: ", "equal work on this machine", "--max-hours 1000: fits, about ");
        assertThat(csv.out().lines().findFirst().orElseThrow()).endsWith(",seconds");
        assertThat(csv.out().lines().skip(1)).allMatch(line -> line.matches(".*,[0-9.]+"));
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err())
                .contains("ditlab: --max-hours 0.00001: what is left of study \"tiny\" takes longer, about ")
                .contains("nothing was started", "fewer seeds")
                .doesNotContain("\tat ");
        assertThat(slower.code()).isZero();
        assertThat(slower.out()).contains("does not fit");
        assertThat(directory.resolve("out")).doesNotExist();
    }
}
