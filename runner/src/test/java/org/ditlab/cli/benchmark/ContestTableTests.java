package org.ditlab.cli.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.ditlab.run.benchmark.Contest;
import org.ditlab.train.Precision;
import org.junit.jupiter.api.Test;

class ContestTableTests {
    /** 50 GMACs a step: 100 GFLOP. */
    private static Contest contest(Optional<Contest.Peer> peer, String remark) {
        OptionalDouble ratio = peer.isPresent() ? OptionalDouble.of(4) : OptionalDouble.empty();
        Contest.Parts floor = new Contest.Parts(0.1, 0.05, 0.05);
        return new Contest(
                "DiT-S/4",
                32_945_024,
                16,
                50e9,
                peer,
                remark,
                List.of(
                        new Contest.Ours(Precision.FP32, 1, ratio, 2_000_000_000, 200, Optional.of(floor)),
                        new Contest.Ours(Precision.BF16, 0.5, ratio, 1_000_000_000, 1000, Optional.of(floor))));
    }

    private static List<String> training(Contest contest) {
        StringWriter text = new StringWriter();
        new ContestTable(new PrintWriter(text)).training(contest, "batch 16");
        return text.toString()
                .lines()
                .map(line -> line.strip().replaceAll(" +", " "))
                .toList();
    }

    @Test
    void bothSidesStandInOneTable() {
        List<String> lines = training(contest(Optional.of(new Contest.Peer("2 threads", 2, 3_000_000_000L)), ""));

        assertThat(lines)
                .startsWith("DiT-S/4, 32,945,024 parameters, batch 16")
                .contains(
                        "PyTorch fp32 2.000 8.00 1.00 50 25% 3000",
                        "ours fp32 1.000 16.00 4.00 100 50% 0.200 5.00 2000",
                        "ours bf16 0.500 32.00 4.00 200 20% 0.200 2.50 1000",
                        "PyTorch ran best with 2 threads",
                        "floor bf16: products 0.100 s, convolutions 0.050 s, optimiser 0.050 s");
    }

    @Test
    void withoutThePeerOursStandsAloneAndTheTableSaysWhy() {
        List<String> lines = training(contest(Optional.empty(), "PyTorch is not installed"));

        assertThat(lines)
                .contains("PyTorch is not installed", "ours fp32 1.000 16.00 100 50% 0.200 5.00 2000")
                .noneMatch(line -> line.startsWith("PyTorch fp32"));
    }

    @Test
    void sampledImagesAreCountedByWholeSchedules() {
        StringWriter text = new StringWriter();
        new ContestTable(new PrintWriter(text)).sampling(contest(Optional.empty(), ""), "50 steps", 50);

        assertThat(text.toString().replaceAll(" +", " ")).contains("ours bf16 0.500 0.64 ");
    }
}
