package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ditlab.data.MetricFixtures;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InceptionScoreTests {
    private static final Pattern CASE = Pattern.compile(
            "(\\w+?)(\\.with_bias)?\\.(splits|split_size|ceil_chunks)_(\\d+)(\\.float32)?(\\.shuffled_seed_(\\d+))?");

    private static Stream<Arguments> cases() throws IOException {
        return MetricArrays.cases("features/is_expected.json");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void agreesWithReferenceValues(String name, JsonNode expected) throws IOException {
        Matcher words = CASE.matcher(name);
        assertThat(words.matches()).as(name).isTrue();
        float[][] logits = logits(words.group(1), words.group(2) != null);
        int number = Integer.parseInt(words.group(4));
        SplitRule rule = switch (words.group(3)) {
            case "splits" -> SplitRule.splits(number);
            case "split_size" -> SplitRule.blocksOf(number);
            default -> SplitRule.chunks(number);
        };
        boolean narrow = words.group(5) != null;
        InceptionScoreAccumulator sums = new InceptionScoreAccumulator(
                logits.length,
                logits[0].length,
                words.group(7) == null ? rule : rule.shuffled(Long.parseLong(words.group(7))),
                narrow ? InceptionScore.Form.ADM_FLOAT32 : InceptionScore.Form.FLOAT64);
        for (int i = 0; i < logits.length; i++) {
            sums.add(logits[i], i, 1);
        }

        InceptionScore score = sums.score();

        double tolerance = narrow ? 1e-5 : 1e-12;
        assertThat(score.scores()).hasSize(expected.path("scores").size());
        for (int i = 0; i < score.scores().size(); i++) {
            double value = expected.path("scores").get(i).doubleValue();
            assertThat(score.scores().get(i)).isCloseTo(value, within(tolerance * value));
        }
        double mean = expected.path("mean").doubleValue();
        assertThat(score.mean()).isCloseTo(mean, within(tolerance * mean));
        if (expected.path("std_population").isNumber()) {
            // A difference of scores: their error, not one in proportion to it.
            assertThat(score.deviation())
                    .isCloseTo(expected.path("std_population").doubleValue(), within(tolerance * mean));
        }
        if (expected.path("std_sample").isNumber()) {
            assertThat(score.sampleDeviation())
                    .isCloseTo(expected.path("std_sample").doubleValue(), within(tolerance * mean));
        }
        if (expected.path("std_sample").isNull()) {
            assertThat(score.sampleDeviation()).isNaN();
        }
    }

    private static float[][] logits(String set, boolean bias) throws IOException {
        if ("onehot8".equals(set) || "uniform".equals(set)) {
            float[][] logits = new float[64][8];
            for (int row = 0; row < 64 && "onehot8".equals(set); row++) {
                logits[row][row % 8] = 60;
            }
            return logits;
        }
        Map<String, NpyArray> arrays = Npz.read(MetricFixtures.file("features/is_logits.npz"));
        Rows rows = MetricArrays.rows(arrays.get(set));
        float[][] logits = new float[rows.count()][];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = rows.block(i, 1);
            for (int j = 0; bias && j < logits[i].length; j++) {
                logits[i][j] += arrays.get(set + "_bias").floats()[j];
            }
        }
        return logits;
    }

    @Test
    void theShuffleIsThatOfTheReference() throws IOException {
        NpyArray order = Npz.read(MetricFixtures.file("features/is_logits.npz"), "a_order");

        int[] drawn = new MersenneTwister(2020).permutation(order.shape()[0]);

        assertThat(Arrays.stream(drawn).asLongStream().toArray()).isEqualTo(order.longs());
    }

    @Property(tries = 200)
    void chunksAndTheirOrderDoNotMatter(
            @ForAll @IntRange(min = 1, max = 90) int images,
            @ForAll @IntRange(min = 1, max = 12) int number,
            @ForAll SplitRule.Form layout,
            @ForAll boolean shuffled,
            @ForAll InceptionScore.Form form,
            @ForAll long seed) {
        Random random = new Random(seed);
        int classes = 1 + random.nextInt(9);
        float[] logits = new float[images * classes];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) (8 * random.nextGaussian());
        }
        SplitRule rule = new SplitRule(layout, number, shuffled ? seed & 0xffff : null);
        InceptionScoreAccumulator whole = new InceptionScoreAccumulator(images, classes, rule, form);
        whole.add(logits, 0, images);

        InceptionScoreAccumulator merged = new InceptionScoreAccumulator(images, classes, rule, form);
        InceptionScoreAccumulator back = new InceptionScoreAccumulator(images, classes, rule, form);
        int cut = random.nextInt(images + 1);
        for (int from = cut; from < images; ) {
            int n = Math.min(1 + random.nextInt(7), images - from);
            back.add(Arrays.copyOfRange(logits, from * classes, (from + n) * classes), from, n);
            from += n;
        }
        merged.merge(back);
        merged.add(logits, 0, cut);

        assertThat(merged.score().scores()).hasSameSizeAs(whole.score().scores());
        // In float32 a rounded mean may fall to the other side.
        double tolerance = form == InceptionScore.Form.FLOAT64 ? 1e-10 : 1e-6;
        for (int i = 0; i < whole.score().scores().size(); i++) {
            double score = whole.score().scores().get(i);
            assertThat(merged.score().scores().get(i)).isCloseTo(score, within(tolerance * score));
        }
        assertThat(merged.score().vanished()).isEqualTo(whole.score().vanished());
        assertThat(whole.score().mean()).isBetween(1 - 1e-5, classes + 1e-4);
    }

    @Test
    void certaintyBeyondRoundingIsNoNan() {
        float[] logits = {0, 5000, 5000, 0};

        assertThat(InceptionScore.of(logits, 2, 2, SplitRule.splits(1)).mean()).isCloseTo(2, within(1e-12));
        assertThat(InceptionScore.of(logits, 2, 2, SplitRule.splits(1)).vanished())
                .isZero();
        assertThat(InceptionScore.of(logits, 2, 2, SplitRule.splits(2)).mean()).isCloseTo(1, within(1e-12));
    }

    @Test
    void probabilitiesThatVanishInFloat32AreCounted() {
        InceptionScoreAccumulator sums =
                new InceptionScoreAccumulator(2, 2, SplitRule.blocksOf(5000), InceptionScore.Form.ADM_FLOAT32);
        sums.add(new float[] {0, 5000, 5000, 0}, 0, 2);

        assertThat(sums.score().mean()).isCloseTo(2, offset(1e-6));
        assertThat(sums.score().vanished()).isEqualTo(2);
    }

    @Test
    void moreBlocksThanImagesAreNotMade() {
        InceptionScore score = InceptionScore.of(new float[] {0, 9, 9, 0}, 2, 2, SplitRule.splits(10));

        assertThat(score.scores()).hasSize(2);
        assertThat(score.mean()).isCloseTo(1, within(1e-12));
    }

    @Test
    void numbersThatAreNotFiniteAreRefused() {
        InceptionScoreAccumulator sums =
                new InceptionScoreAccumulator(9, 2, SplitRule.splits(1), InceptionScore.Form.FLOAT64);

        assertThatThrownBy(() -> sums.add(new float[] {0, 1, 0, Float.NaN}, 4, 2))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("logit 1 of image 5");
    }

    @Test
    void imagesThatAreMissingOrCameTwiceAreTold() {
        InceptionScoreAccumulator sums =
                new InceptionScoreAccumulator(4, 1, SplitRule.splits(2), InceptionScore.Form.FLOAT64);
        sums.add(new float[] {1, 1, 1}, 0, 3);

        assertThatThrownBy(sums::score).hasMessageContaining("block 1");
        assertThatThrownBy(() -> sums.add(new float[] {1, 1}, 3, 2)).hasMessageContaining("images 3 to 4");
        sums.add(new float[] {1}, 0, 1);
        assertThatThrownBy(sums::score).hasMessageContaining("block 0");
    }

    @Test
    void sumsOfDifferentRulesAreNotMerged() {
        InceptionScoreAccumulator sums =
                new InceptionScoreAccumulator(4, 1, SplitRule.splits(2), InceptionScore.Form.FLOAT64);

        assertThatThrownBy(() -> sums.merge(
                        new InceptionScoreAccumulator(4, 1, SplitRule.blocksOf(2), InceptionScore.Form.FLOAT64)))
                .hasMessageContaining("BLOCKS");
    }
}
