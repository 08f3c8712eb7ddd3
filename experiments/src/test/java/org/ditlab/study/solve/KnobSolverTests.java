package org.ditlab.study.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.ditlab.model.ArchitectureKnobs.DEPTH;
import static org.ditlab.model.ArchitectureKnobs.HEADS;
import static org.ditlab.model.ArchitectureKnobs.INPUT;
import static org.ditlab.model.ArchitectureKnobs.MLP_RATIO;
import static org.ditlab.model.ArchitectureKnobs.PATCH;
import static org.ditlab.model.ArchitectureKnobs.WIDTH;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureException;
import org.ditlab.model.ModelCost;
import org.ditlab.model.ModelZoo;
import org.ditlab.study.Match;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnobSolverTests {
    private static final ToLongFunction<Settings> MACS =
            settings -> ModelCost.of(settings).macs();

    private static Settings zoo(String name) {
        return ModelZoo.find(name).orElseThrow();
    }

    private static Candidate solve(Settings from, Knob<?> knob, long target, double percent)
            throws UnsolvableException {
        return new KnobSolver(from, knob, MACS).solve(target, percent);
    }

    private static String refusal(Settings from, Knob<?> knob, ToLongFunction<Settings> macs, long target) {
        UnsolvableException[] thrown = new UnsolvableException[1];
        assertThatExceptionOfType(UnsolvableException.class)
                .isThrownBy(() -> new KnobSolver(from, knob, macs).solve(target, 2))
                .satisfies(e -> thrown[0] = e);
        return thrown[0].getMessage();
    }

    @ParameterizedTest
    @CsvSource({"DiT-S/4, 24, 384", "DiT-S/4, 1536, 384", "DiT-B/8, 12, 768", "DiT-XL/2, 1152, 1152"})
    void aModelIsFoundAgainFromAnyWidth(String model, int from, int width) throws UnsolvableException {
        Candidate found = solve(zoo(model).with(WIDTH.to(from)), WIDTH, MACS.applyAsLong(zoo(model)), 0);

        assertThat(found.setting()).isEqualTo(WIDTH.to(width));
        assertThat(found.macs()).isEqualTo(MACS.applyAsLong(zoo(model)));
    }

    @Test
    void depthAndRatioAreFoundAgain() throws UnsolvableException {
        Settings small = zoo("DiT-S/2");

        assertThat(solve(small, DEPTH, MACS.applyAsLong(small.with(DEPTH.to(31))), 0)
                        .setting())
                .isEqualTo(DEPTH.to(31));
        assertThat(solve(small, MLP_RATIO, MACS.applyAsLong(small.with(MLP_RATIO.to(2.3125))), 0)
                        .setting())
                .isEqualTo(MLP_RATIO.to(2.3125));
    }

    @Test
    void twiceTheCostOfADitIsAlmostTwiceItsDepth() throws UnsolvableException {
        long target = 2 * MACS.applyAsLong(zoo("DiT-S/2"));

        // cost = outside + depth x block, so twice the cost is 24 blocks and what is outside of them once more.
        assertThat(solve(zoo("DiT-S/2"), DEPTH, target, 1).setting()).isEqualTo(DEPTH.to(24));
    }

    @Test
    void onlyWidthsThatTheModelAcceptsAreTaken() throws UnsolvableException {
        Settings small = zoo("DiT-S/4");
        Candidate seven = solve(small.with(HEADS.to(7)), WIDTH, MACS.applyAsLong(small), 10);

        assertThat(seven.setting()).isEqualTo(WIDTH.to(392)); // 28 x 14: heads and the position table's 4 divide it
    }

    @Property(tries = 60)
    void theChosenWidthIsTheNearestOfAll(
            @ForAll @IntRange(min = 1, max = 9) int heads,
            @ForAll @IntRange(min = 4, max = 400) int from,
            @ForAll @LongRange(min = 100_000, max = 100_000_000) long target)
            throws UnsolvableException {
        Settings model =
                zoo("DiT-S/4").with(DEPTH.to(1), HEADS.to(heads), INPUT.to(List.of(3, 16, 16)), WIDTH.to(from));
        List<Long> distances = new ArrayList<>();
        for (int width = 4; width <= 1600; width++) {
            if (width % heads == 0 && width % 4 == 0) {
                distances.add(Math.abs(target - MACS.applyAsLong(model.with(WIDTH.to(width)))));
            }
        }

        assertNearest(model, WIDTH, target, distances);
    }

    @Property(tries = 60)
    void theChosenRatioIsTheNearestSixteenth(
            @ForAll @DoubleRange(min = 0.1, max = 64) double from,
            @ForAll @LongRange(min = 100_000, max = 30_000_000) long target)
            throws UnsolvableException {
        Settings model = zoo("DiT-S/4").with(DEPTH.to(2), WIDTH.to(96), MLP_RATIO.to(from));
        List<Long> distances = IntStream.rangeClosed(2, 1024)
                .mapToObj(i -> Math.abs(target - MACS.applyAsLong(model.with(MLP_RATIO.to(i / 16.0)))))
                .toList();

        assertNearest(model, MLP_RATIO, target, distances);
    }

    /** The deviation that is asked for is just enough, or just not. */
    private static void assertNearest(Settings model, Knob<?> knob, long target, List<Long> distances)
            throws UnsolvableException {
        long least = distances.stream().mapToLong(Long::longValue).min().orElseThrow();
        double percent = 100.0 * least / target;
        Candidate found = solve(model, knob, target, percent);

        assertThat(Math.abs(found.macs() - target)).isEqualTo(least);
        assertThat(found.macs()).isEqualTo(MACS.applyAsLong(model.with(found.setting())));
        if (least > 0) {
            assertThatExceptionOfType(UnsolvableException.class)
                    .isThrownBy(() -> solve(model, knob, target, Math.nextDown(percent)));
        }
    }

    @Test
    void gapsOfAnyFormAreSteppedOver() throws UnsolvableException {
        ToLongFunction<Settings> primes = settings -> {
            int width = settings.get(WIDTH);
            if (IntStream.range(2, width).anyMatch(i -> width % i == 0)) {
                throw new ArchitectureException(width + " is no prime");
            }
            return width;
        };

        for (int target = 5; target < 300; target++) {
            long wanted = target;
            long nearest = IntStream.range(4, 400)
                    .filter(i -> IntStream.range(2, i).noneMatch(j -> i % j == 0))
                    .mapToLong(i -> Math.abs(i - wanted))
                    .min()
                    .orElseThrow();
            Candidate found = new KnobSolver(Settings.of(WIDTH.to(64)), WIDTH, primes).solve(target, 100);
            assertThat(Math.abs(found.macs() - target)).isEqualTo(nearest);
        }
    }

    @Test
    void fewModelsAreCounted() throws UnsolvableException {
        List<Settings> counted = new ArrayList<>();
        new KnobSolver(zoo("DiT-S/4"), WIDTH, settings -> {
                    long macs = MACS.applyAsLong(settings);
                    counted.add(settings);
                    return macs;
                })
                .solve(50_000_000_000L, 5);

        assertThat(counted).hasSizeLessThan(16).doesNotHaveDuplicates();
    }

    @Test
    void whatDoesNotFitNamesTheNearestAndARemedy() {
        assertThat(refusal(zoo("DiT-S/4"), DEPTH, MACS, 1_470_000_000L))
                .isEqualTo("no value of depth gives 1.470 GMACs within 2%: the nearest are depth = 12 with 1.413 GMACs"
                        + " (-3.9 %) and depth = 13 with 1.530 GMACs (+4.1 %); allow within: 4%, or solve width or"
                        + " mlp-ratio instead");
        assertThat(refusal(zoo("DiT-S/4"), DEPTH, MACS, 1_000_000L))
                .startsWith(
                        "no value of depth gives 0.001000 GMACs within 2%: the least is depth = 1 with 0.1225 GMACs (+12153.6 %)")
                .endsWith("; solve width or mlp-ratio instead");
        assertThat(refusal(zoo("DiT-S/4"), DEPTH, MACS, 130_000_000_000L))
                .contains("the most is depth = 1024 with 120.1 GMACs (-7.6 %)")
                .endsWith("; allow within: 7.7%, or solve width or mlp-ratio instead");
    }

    @Test
    void aKnobWithoutEffectIsSaid() {
        Settings flat = Settings.of(DEPTH.to(1), WIDTH.to(384));
        for (long target : new long[] {1, 384, 5000}) {
            assertThat(refusal(flat, DEPTH, settings -> settings.get(WIDTH), target))
                    .isEqualTo(
                            "depth does not change the cost of this variant (0.000000384 GMACs); solve width instead");
            assertThat(refusal(flat, MLP_RATIO, settings -> 1000, target))
                    .isEqualTo("mlp-ratio does not change the cost of this variant (0.000001000 GMACs); set another"
                            + " knob by hand");
        }
    }

    @Test
    void aModelThatCannotBeBuiltAtAnyWidthIsSaid() {
        assertThat(refusal(zoo("DiT-S/4").with(PATCH.to(5)), WIDTH, MACS, 1_000_000))
                .startsWith("no value of width near 384 gives a model: ")
                .contains("patch = 5 does not divide the input");
    }

    @Test
    void everyKnobThatMayBeWrittenHasAGridThatItsDomainAllows() {
        for (Knob<?> knob : Match.SOLVABLE) {
            KnobGrid grid = KnobGrid.of(knob);
            assertThat(grid.at(grid.last())).isNotNull();
            assertThat(grid.at(grid.last() + 1)).isNull();
            assertThat(grid.near(knob.defaultValue())).isBetween(1, grid.last());
            assertThat(grid.at(grid.near(knob.defaultValue())).value()).isEqualTo(knob.defaultValue());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 %",
        "-1.94, -1.9 %",
        "14.26, +14.3 %",
        "-0.541, -0.54 %",
        "-0.0541, -0.054 %",
        "0.00021, +0.00021 %"
    })
    void deviationsHaveAsManyDigitsAsTheyNeed(double percent, String text) {
        assertThat(Candidate.signed(percent)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"1385500000, 1.386", "36, 0.000000036", "524704600000, 524.7", "12345678901234, 12346"})
    void gmacsHaveFourDigits(long macs, String text) {
        assertThat(Candidate.gmacs(macs)).isEqualTo(text);
    }
}
