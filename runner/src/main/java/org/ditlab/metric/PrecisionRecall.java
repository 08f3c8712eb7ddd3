package org.ditlab.metric;

import org.ditlab.study.StudyException;
import org.ditlab.tensor.spi.Backend;

/**
 * How much of the samples looks like the reference (precision) and how much of the reference the samples reach (recall): a
 * point is in a set when it lies within the distance of any of its points to that point's own k-th neighbour. O(N k) memory beside
 * the vectors, whatever N; vectors are read several times over. Source: Kynkaanniemi et al. 2019, arXiv:1904.06991.
 *
 * @param precision share of the samples
 * @param recall share of the reference
 */
public record PrecisionRecall(double precision, double recall, int k, Form form) {
    /** Neighbours as in the field. */
    public static final int NEIGHBOURS = 3;

    /** How distances are computed and compared. */
    public enum Form {
        /** {@code distance <= radius}; results are those of float64 arithmetic. */
        EXACT("exact"),
        /** {@code distance < radius} (dgm-eval's), else as {@link #EXACT}. */
        EXACT_STRICT("exact, border excluded"),
        /** {@code distance <= radius} of distances in float16, as ADM's evaluator has them; see {@link HalfNeighbours}. */
        ADM_FLOAT16("float16 as ADM");

        private final String words;

        Form(String words) {
            this.words = words;
        }

        /** For protocols. */
        public String words() {
            return words;
        }
    }

    /**
     * Compares two sets.
     *
     * @param reference real images' features
     * @param samples generated images' features, of the same extractor
     * @param k which neighbour's distance is the radius, the point itself not counted
     * @throws StudyException when a set has no more than k vectors, the dimensions differ, or a feature is not finite
     */
    public static PrecisionRecall of(Backend backend, Rows reference, Rows samples, int k, Form form) {
        Membership found = membership(backend, reference, samples, k, form, form != Form.EXACT);
        boolean strict = form == Form.EXACT_STRICT;
        return new PrecisionRecall(
                share(strict ? found.samplesStrictlyInReference() : found.samplesInReference()),
                share(strict ? found.referenceStrictlyInSamples() : found.referenceInSamples()),
                k,
                form);
    }

    /** @param whole as {@link ExactNeighbours} has it */
    static Membership membership(Backend backend, Rows reference, Rows samples, int k, Form form, boolean whole) {
        if (k < 1) {
            throw new IllegalArgumentException("the distance to neighbour " + k);
        }
        FiniteRows.requireSameDimensions(reference, samples);
        requireMoreThan(k, "reference", reference);
        requireMoreThan(k, "samples", samples);
        return form == Form.ADM_FLOAT16
                ? HalfNeighbours.of(backend, reference, samples, k)
                : ExactNeighbours.of(backend, reference, samples, k, whole);
    }

    private static void requireMoreThan(int k, String name, Rows rows) {
        if (rows.count() <= k) {
            throw new StudyException(name + ": " + rows.count() + " images, but neighbour " + k + " of each needs "
                    + (k + 1) + " at least; give more images or a smaller k");
        }
    }

    static double share(boolean[] members) {
        int count = 0;
        for (boolean member : members) {
            count += member ? 1 : 0;
        }
        return (double) count / members.length;
    }

    /** The harmonic mean of precision and recall; 0 where both are 0. */
    public double fScore() {
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }
}
