package org.ditlab.run.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ditlab.run.estimate.Rows.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.ditlab.data.DataCache;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThroughputFileTests {
    private static final Throughput ONE = training("train-1", "a", 1e9, 2);
    private static final Throughput TWO = training("", "b", 3e9, 0.001);

    @TempDir
    private Path directory;

    private ThroughputFile file;

    @BeforeEach
    void open() {
        file = ThroughputFile.in(DataCache.at(directory.resolve("cache")));
    }

    @Test
    void whatIsAddedIsReadBackInOrder() {
        assertThat(file.read()).isEmpty();

        file.append(ONE);
        file.append(TWO);

        assertThat(file.read()).containsExactly(ONE, TWO);
    }

    @Test
    void withoutACacheNothingIsKept() {
        ThroughputFile none = ThroughputFile.in(DataCache.none());

        none.append(ONE);

        assertThat(none.read()).isEmpty();
        assertThat(none.path()).isEmpty();
    }

    @Test
    void hostileLinesArePassedOver() throws IOException {
        file.append(ONE);
        String good = Files.readString(file.path().orElseThrow()).strip();
        List<String> bad = List.of(
                "\u0000\u0001",
                "null",
                "[1]",
                "{}",
                "{".repeat(3000),
                good.replace("2.0", "-2.0"),
                good.replace("2.0", "0"),
                good.replace("2.0", "1e400"),
                good.replace("2.0", "\"NaN\""),
                good.replace("1.0E9", "-1"),
                good.replace("\"train\"", "\"cook\""),
                good.replace("\"threads\":2", "\"threads\":\"2\""),
                good.replace("abacus", "x".repeat(300)),
                good.replace("abacus", "x".repeat(9000)),
                good.substring(0, good.length() / 2));
        assertThat(bad).doesNotContain(good);
        Files.writeString(file.path().orElseThrow(), String.join("\n", bad), StandardOpenOption.APPEND);

        file.append(TWO);

        assertThat(file.read()).containsExactly(ONE, TWO);
    }

    @Test
    void bytesThatAreNoTextAreNothing() throws IOException {
        Files.createDirectories(directory.resolve("cache"));
        Files.write(file.path().orElseThrow(), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 10, 3});

        assertThat(file.read()).isEmpty();
    }

    @Test
    void itStaysShort() throws IOException {
        file.append(ONE);
        Path path = file.path().orElseThrow();
        Files.writeString(path, Files.readString(path).repeat(5000));
        assertThat(file.read()).hasSizeGreaterThan(1000).containsOnly(ONE);

        file.append(TWO);

        assertThat(Files.size(path)).isLessThan(1 << 19);
        assertThat(file.read()).contains(ONE).last().isEqualTo(TWO);
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNoError() throws IOException {
        Files.writeString(directory.resolve("cache"), "in the way");

        file.append(ONE);

        assertThat(file.read()).isEmpty();
    }
}
