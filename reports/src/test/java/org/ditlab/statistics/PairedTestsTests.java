package org.ditlab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The three paired tests against published examples and SciPy 1.17.1. */
class PairedTestsTests {
    /**
     * Heights of cross- less self-fertilised maize in eighths of an inch: Darwin 1876, as in Fisher, The design of
     * experiments, 1935, chapter III.
     */
    private static final PairedDifference DARWIN =
            difference(49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48);

    /** R: {@code t.test(extra ~ group, data = sleep, paired = TRUE)}; SciPy: {@code stats.ttest_rel(a, b)}. */
    @Test
    void studentOfTheSleepData() {
        StudentTest test = StudentTest.of(SleepData.difference());

        assertThat(test.t()).isEqualTo(-4.062127683382037, within(1e-12));
        assertThat(test.p()).isEqualTo(0.00283289019738427, within(1e-12));
    }

    /** Fisher gives t = 2.148; SciPy: {@code stats.ttest_1samp(z, 0)}. */
    @Test
    void studentOfDarwinsMaize() {
        StudentTest test = StudentTest.of(DARWIN);

        assertThat(test.t()).isEqualTo(2.148, within(5e-4));
        assertThat(test.p()).isEqualTo(0.0497, within(5e-5));
    }

    @Test
    void studentWithoutSpreadSaysNothing() {
        assertThat(StudentTest.of(difference(2, 2, 2)).p()).isNaN();
        assertThat(StudentTest.of(difference(0, 0)).p()).isEqualTo(1);
        assertThat(StudentTest.of(difference(3)).t()).isNaN();
    }

    /** SciPy's documentation of {@code stats.wilcoxon}: statistic 24, p 0.041259765625. */
    @Test
    void signedRanksOfDarwinsMaize() {
        SignedRankTest test = SignedRankTest.of(DARWIN);

        assertThat(test.positive()).isEqualTo(120 - 24);
        assertThat(test.p()).isEqualTo(0.041259765625, within(1e-15));
        assertThat(test.ties()).isFalse();
    }

    /** SciPy: {@code stats.wilcoxon([0, 0, 1, 2, 2, -1, 3], zero_method='wilcox', method=PermutationMethod())}; 32 signs. */
    @Test
    void signedRanksDropZerosAndShareTies() {
        SignedRankTest test = SignedRankTest.of(difference(0, 0, 1, 2, 2, -1, 3));

        assertThat(test.n()).isEqualTo(5);
        assertThat(test.zeros()).isEqualTo(2);
        assertThat(test.ties()).isTrue();
        assertThat(test.positive()).isEqualTo(13.5);
        assertThat(test.p()).isEqualTo(6 / 32.0, within(1e-15));
        assertThat(SignedRankTest.of(difference(0, 0)).p()).isEqualTo(1);
    }

    /**
     * SciPy: {@code i = np.arange(1, 61); d = np.round(np.sin(i * 1.7) * 10 + 1.5, 0); stats.wilcoxon(d,
     * zero_method='wilcox', method='approx', correction=False)}.
     */
    @Test
    void signedRanksOfManyAreNormal() {
        List<Double> values = new ArrayList<>();
        for (int i = 1; i <= 60; i++) {
            values.add(Math.rint(Math.sin(i * 1.7) * 10 + 1.5));
        }
        SignedRankTest test = SignedRankTest.of(of(values));

        assertThat(test.n()).isEqualTo(57);
        assertThat(test.p()).isEqualTo(0.04749634063128463, within(1e-12));
    }

    /** SciPy: {@code stats.wilcoxon(a, b, method=PermutationMethod())} and {@code stats.permutation_test((a - b,), np.mean,
     * permutation_type='samples', n_resamples=np.inf)}; one difference is 0, all others have one sign. */
    @Test
    void signsOfTheSleepData() {
        assertThat(SignedRankTest.of(SleepData.difference()).p()).isEqualTo(0.00390625);
        assertThat(SignFlipTest.of(SleepData.difference()).p()).isEqualTo(0.00390625);
    }

    /** Fisher counts 863 of 32 768 sums at least as large on either side. */
    @Test
    void signFlipsOfDarwinsMaize() {
        SignFlipTest test = SignFlipTest.of(DARWIN);

        assertThat(test.p()).isEqualTo(2 * 863 / 32768.0, within(1e-15));
        assertThat(test.exact()).isTrue();
    }

    @Test
    void fewSeedsReachTwoOfAllSigns() {
        assertThat(SignFlipTest.of(difference(5, 6.5, 6)).p()).isEqualTo(0.25);
        assertThat(SignedRankTest.of(difference(5, 6.5, 6)).p()).isEqualTo(0.25);
        assertThat(SignFlipTest.smallest(3)).isEqualTo(0.25);
    }

    /** Drawn signs come near the counted ones: 4 standard errors of 20 000 draws. */
    @Test
    void drawnSignsComeNearTheNormal() {
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            values.add(Math.sin(i * 12.9898) + 0.3);
        }
        SignFlipTest test = SignFlipTest.of(of(values));

        assertThat(test.exact()).isFalse();
        assertThat(test.p()).isEqualTo(StudentTest.of(of(values)).p(), within(0.02));
        assertThat(SignFlipTest.of(of(values))).isEqualTo(test);
    }

    @Property(tries = 200)
    void testsDoNotMindTheSign(@ForAll @Size(min = 2, max = 10) List<@DoubleRange(min = -5, max = 5) Double> values) {
        PairedDifference difference = of(values);
        PairedDifference negated = difference.negated();

        assertThat(SignFlipTest.of(negated).p())
                .isEqualTo(SignFlipTest.of(difference).p())
                .isBetween(SignFlipTest.smallest(values.size()), 1.0);
        assertThat(SignedRankTest.of(negated).p())
                .isEqualTo(SignedRankTest.of(difference).p(), within(1e-12))
                .isBetween(0.0, 1.0);
    }

    private static PairedDifference difference(double... values) {
        return of(Arrays.stream(values).boxed().toList());
    }

    private static PairedDifference of(List<Double> values) {
        List<Long> seeds = new ArrayList<>();
        for (long i = 0; i < values.size(); i++) {
            seeds.add(i);
        }
        return new PairedDifference(seeds, values);
    }
}
