package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Neighbourhoods against plain loops in float64, on points of few places so that ties and duplicates abound. */
class NeighbourPropertyTests {
    private static @Nullable Backend backend;

    @BeforeContainer
    static void open() {
        backend = MetricBackends.first(2);
    }

    @AfterContainer
    static void close() {
        backend().close();
    }

    private static Backend backend() {
        return java.util.Objects.requireNonNull(backend);
    }

    @Property(tries = 300)
    void agreesWithPlainLoops(
            @ForAll @IntRange(min = 1, max = 5) int k,
            @ForAll @IntRange(min = 1, max = 4) int dimensions,
            @ForAll @IntRange(min = 1, max = 6) int places,
            @ForAll @IntRange(min = 0, max = 2) int kind,
            @ForAll long seed) {
        Random random = new Random(seed);
        Rows reference = lattice(k + 1 + random.nextInt(60), dimensions, places, kind, random);
        Rows samples = lattice(k + 1 + random.nextInt(60), dimensions, places, kind, random);

        for (DType type : new DType[] {DType.FLOAT32, DType.BFLOAT16}) {
            Membership whole = ExactNeighbours.of(backend(), reference, samples, k, true, type);
            agrees(whole, reference, samples, k);
            Membership part = ExactNeighbours.of(backend(), reference, samples, k, false, type);
            assertThat(part.samplesInReference()).isEqualTo(whole.samplesInReference());
            assertThat(part.referenceInSamples()).isEqualTo(whole.referenceInSamples());
        }
    }

    @Property(tries = 60)
    void orderDoesNotMatter(@ForAll @IntRange(min = 4, max = 80) int n, @ForAll long seed) {
        Random random = new Random(seed);
        Rows reference = lattice(n, 3, 4, 0, random);
        Rows samples = lattice(n, 3, 4, 0, random);
        for (PrecisionRecall.Form form : PrecisionRecall.Form.values()) {
            assertThat(PrecisionRecall.of(backend(), shuffled(reference, random), shuffled(samples, random), 3, form))
                    .isEqualTo(PrecisionRecall.of(backend(), reference, samples, 3, form));
        }
    }

    @Property(tries = 60)
    void aSetIsWithinItself(@ForAll @IntRange(min = 4, max = 80) int n, @ForAll long seed) {
        Rows set = lattice(n, 3, 5, 2, new Random(seed));
        for (PrecisionRecall.Form form :
                new PrecisionRecall.Form[] {PrecisionRecall.Form.EXACT, PrecisionRecall.Form.ADM_FLOAT16}) {
            PrecisionRecall found = PrecisionRecall.of(backend(), set, set, 3, form);
            assertThat(found.precision()).isEqualTo(1);
            assertThat(found.recall()).isEqualTo(1);
        }
    }

    @Test
    void moreRowsThanATileAndAGroupOfTilesAgree() {
        open();
        // Two groups of eight tiles of 1024 rows against one tile and a bit; far from the origin, with duplicates.
        Random random = new Random(5);
        Rows reference = lattice(9000, 2, 300, 1, random);
        Rows samples = lattice(1100, 2, 300, 1, random);

        agrees(
                PrecisionRecall.membership(backend(), reference, samples, 3, PrecisionRecall.Form.EXACT, true),
                reference,
                samples,
                3);
        close();
    }

    @Test
    void oneAndTheSamePointManyTimesIsDecidedQuickly() {
        open();
        float[] values = new float[3000 * 8];
        Arrays.fill(values, 0.1f);
        Rows set = Rows.of(values, 3000, 8);

        PrecisionRecall found = PrecisionRecall.of(backend(), set, set, 3, PrecisionRecall.Form.EXACT);

        assertThat(found.precision()).isEqualTo(1);
        assertThat(DensityCoverage.of(backend(), set, set, 3).density()).isZero();
        close();
    }

    private static void agrees(Membership found, Rows reference, Rows samples, int k) {
        double[] referenceRadii = radii(reference, k);
        double[] sampleRadii = radii(samples, k);
        Membership expected = Membership.of(referenceRadii, sampleRadii);
        float[] x = reference.block(0, reference.count());
        float[] y = samples.block(0, samples.count());
        for (int i = 0; i < reference.count(); i++) {
            for (int j = 0; j < samples.count(); j++) {
                expected.add(i, j, distance(x, i, y, j, reference.dimensions()));
            }
        }
        assertThat(found.referenceRadii()).isEqualTo(referenceRadii);
        assertThat(found.sampleRadii()).isEqualTo(sampleRadii);
        assertThat(found.samplesInReference()).isEqualTo(expected.samplesInReference());
        assertThat(found.samplesStrictlyInReference()).isEqualTo(expected.samplesStrictlyInReference());
        assertThat(found.referenceInSamples()).isEqualTo(expected.referenceInSamples());
        assertThat(found.referenceStrictlyInSamples()).isEqualTo(expected.referenceStrictlyInSamples());
        assertThat(found.covered()).isEqualTo(expected.covered());
        assertThat(found.nearer().sum()).isEqualTo(expected.nearer().sum());
    }

    private static double[] radii(Rows rows, int k) {
        float[] values = rows.block(0, rows.count());
        double[] radii = new double[rows.count()];
        for (int i = 0; i < radii.length; i++) {
            double[] distances = new double[radii.length];
            for (int j = 0; j < radii.length; j++) {
                distances[j] = distance(values, i, values, j, rows.dimensions());
            }
            Arrays.sort(distances);
            radii[i] = distances[k];
        }
        return radii;
    }

    private static double distance(float[] x, int i, float[] y, int j, int d) {
        double sum = 0;
        for (int c = 0; c < d; c++) {
            double difference = (double) x[i * d + c] - y[j * d + c];
            sum += difference * difference;
        }
        return sum;
    }

    /** Points of a grid: on integers, far from the origin, or on steps that no number of base two is. */
    private static Rows lattice(int n, int dimensions, int places, int kind, Random random) {
        float[] values = new float[n * dimensions];
        for (int i = 0; i < values.length; i++) {
            int place = random.nextInt(places);
            values[i] = kind == 0 ? place : kind == 1 ? 4000 + place / 4f : 0.1f * place;
        }
        return Rows.of(values, n, dimensions);
    }

    private static Rows shuffled(Rows rows, Random random) {
        int d = rows.dimensions();
        float[] values = rows.block(0, rows.count());
        for (int i = rows.count() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            for (int c = 0; c < d; c++) {
                float swap = values[i * d + c];
                values[i * d + c] = values[j * d + c];
                values[j * d + c] = swap;
            }
        }
        return Rows.of(values, rows.count(), d);
    }
}
