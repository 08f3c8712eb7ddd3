package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ditlab.data.MetricFixtures;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PrecisionRecallTests {
    private static final Pattern VARIANT =
            Pattern.compile("k(\\d+)(\\.strict_less|\\.density_coverage|\\.float16_path)?");

    private static Stream<Arguments> cases() throws IOException {
        return MetricArrays.cases("features/prc_expected.json");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void agreesWithReferenceValues(String name, JsonNode expected) throws IOException {
        Rows reference = rows(name, ".x", ".radii2_ref");
        Rows samples = rows(name, ".y", ".radii2_sample");
        MetricBackends.each(backend -> {
            for (Map.Entry<String, JsonNode> entry : expected.properties()) {
                Matcher words = VARIANT.matcher(entry.getKey());
                if (words.matches()) {
                    PrecisionRecall.Form form = switch (String.valueOf(words.group(2))) {
                        case ".strict_less" -> PrecisionRecall.Form.EXACT_STRICT;
                        case ".float16_path" -> PrecisionRecall.Form.ADM_FLOAT16;
                        default -> PrecisionRecall.Form.EXACT;
                    };
                    PrecisionRecall found =
                            PrecisionRecall.of(backend, reference, samples, Integer.parseInt(words.group(1)), form);
                    agrees(found.precision(), entry.getValue().path("precision"));
                    agrees(found.recall(), entry.getValue().path("recall"));
                    if (".density_coverage".equals(words.group(2))) {
                        DensityCoverage counted =
                                DensityCoverage.of(backend, reference, samples, Integer.parseInt(words.group(1)));
                        agrees(counted.density(), entry.getValue().path("density"));
                        agrees(counted.coverage(), entry.getValue().path("coverage"));
                    }
                }
            }
        });
    }

    /** Shares of counts: only the division may round. */
    private static void agrees(double value, JsonNode expected) {
        if (!expected.isMissingNode()) {
            assertThat(value).isCloseTo(expected.doubleValue(), within(1e-15));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void radiiAndMembersAgree(String name, JsonNode expected) throws IOException {
        Map<String, NpyArray> arrays = Npz.read(MetricFixtures.file("features/prc_arrays.npz"));
        Rows reference = rows(name, ".x", ".radii2_ref");
        Rows samples = rows(name, ".y", ".radii2_sample");
        MetricBackends.each(backend -> {
            Membership found =
                    PrecisionRecall.membership(backend, reference, samples, 3, PrecisionRecall.Form.EXACT, true);
            agree(found.referenceRadii(), arrays.get(name + ".radii2_ref").doubles());
            agree(found.sampleRadii(), arrays.get(name + ".radii2_sample").doubles());
            assertThat(found.samplesInReference()).isEqualTo(flags(arrays.get(name + ".sample_in_ref")));
            assertThat(found.referenceInSamples()).isEqualTo(flags(arrays.get(name + ".ref_in_sample")));
        });
    }

    /** Sums of up to 2048 squares in another order. */
    private static void agree(double[] found, double[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).isCloseTo(expected[i], within(1e-12 * expected[i]));
        }
    }

    private static boolean[] flags(NpyArray array) {
        long[] values = array.longs();
        boolean[] flags = new boolean[values.length];
        for (int i = 0; i < flags.length; i++) {
            flags[i] = values[i] != 0;
        }
        return flags;
    }

    /** The set of a case, as many rows as it has radii. */
    private static Rows rows(String name, String side, String radii) throws IOException {
        int count = Npz.read(MetricFixtures.file("features/prc_arrays.npz"), name + radii)
                .shape()[0];
        // By the fixtures' description this case is one set taken twice.
        String set = "identical".equals(name) ? "full_rank.x" : name + side;
        return MetricArrays.rows(set).first(count);
    }

    @Test
    void theScoreOfBothIsTheirHarmonicMean() {
        PrecisionRecall.Form form = PrecisionRecall.Form.EXACT;

        assertThat(new PrecisionRecall(0.5, 1, 3, form).fScore()).isCloseTo(2 / 3.0, within(1e-15));
        assertThat(new PrecisionRecall(0, 0, 3, form).fScore()).isZero();
    }

    @Test
    void whatCannotBeComparedIsRefused() {
        Rows four = Rows.of(new float[] {1, 2, 3, 4}, 4, 1);
        Rows broken = Rows.of(new float[] {1, 2, Float.NaN, 4}, 4, 1);
        try (Backend backend = MetricBackends.first(1)) {
            for (PrecisionRecall.Form form : PrecisionRecall.Form.values()) {
                assertThatThrownBy(() -> PrecisionRecall.of(backend, four.first(3), four, 3, form))
                        .isInstanceOf(StudyException.class)
                        .hasMessageContaining("reference: 3 images");
                assertThatThrownBy(() -> PrecisionRecall.of(backend, four, broken, 3, form))
                        .isInstanceOf(StudyException.class)
                        .hasMessageContaining("samples: feature 0 of image 2 is NaN");
                assertThatThrownBy(() -> PrecisionRecall.of(backend, broken, four, 3, form))
                        .isInstanceOf(StudyException.class)
                        .hasMessageContaining("reference: feature 0 of image 2 is NaN");
                assertThatThrownBy(() -> PrecisionRecall.of(backend, four, Rows.of(new float[8], 4, 2), 3, form))
                        .isInstanceOf(StudyException.class)
                        .hasMessageContaining("dimensions");
            }
        }
    }
}
