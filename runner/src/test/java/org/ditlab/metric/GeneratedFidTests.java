package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.ditlab.metric.benchmark.FormulaFeatures;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Distances of full size, over features made by the formula; on libtorch only, since plain Java takes minutes. */
class GeneratedFidTests {
    @TestFactory
    List<DynamicTest> agreeWithTheExactDistance() throws IOException {
        Backend backend = MetricBackends.first();
        Assumptions.assumeTrue(FidFixtureTests.isNative(backend), "no libtorch on this machine");
        JsonNode cases = FidFixtureTests.expected().path("cases");
        List<DynamicTest> tests = new ArrayList<>();
        FidFixtureTests.expected().path("generators").fields().forEachRemaining(entry -> {
            JsonNode generator = entry.getValue();
            tests.add(DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> FidFixtureTests.check(
                            cases.path(entry.getKey()),
                            Fid.between(generated(backend, generator, "x"), generated(backend, generator, "y")))));
        });
        assertThat(tests).isNotEmpty();
        return tests;
    }

    private static Moments generated(Backend backend, JsonNode generator, String side) {
        JsonNode set = generator.path(side);
        int d = generator.path("d").intValue();
        int n = set.path("n").intValue();
        float[] rows = new FormulaFeatures(
                        set.path("seed").longValue(),
                        set.path("weight_seed").longValue(),
                        d,
                        set.path("shift").intValue())
                .rows(0, n);
        CRC32 crc = new CRC32();
        ByteBuffer row = ByteBuffer.allocate(4 * d).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < n; i++) {
            row.asFloatBuffer().put(rows, i * d, d);
            crc.update(row.array());
        }
        assertThat(String.format("%08x", crc.getValue()))
                .isEqualTo(set.path("crc32_of_float32_le").textValue());
        return MetricBackends.moments(backend, rows, n, d);
    }
}
