package org.ditlab.metric;

import org.ditlab.tensor.DType;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;

/**
 * Neighbourhoods as float64 arithmetic has them, at float32's speed: tiles of products in float32 or less sort nearly all pairs out
 * by their error bound ({@link Screening}), the few that are left are decided by the sum of squared differences in float64. So the result is that
 * of float64, ties and duplicates included, and depends neither on tiles nor on threads.
 *
 * @param whole whether every part of a {@link Membership} is wanted; else only whether vectors are within, border included,
 *     which leaves fewer pairs to decide
 */
record ExactNeighbours(
        ProductTiles tiles, FeatureSet reference, FeatureSet samples, int k, ErrorBound bound, boolean whole) {
    private static final int TILE = 1024;

    static Membership of(Backend backend, Rows reference, Rows samples, int k, boolean whole) {
        return of(backend, reference, samples, k, whole, null);
    }

    /** With products of a given type, or of the faster one. */
    static Membership of(Backend backend, Rows reference, Rows samples, int k, boolean whole, @Nullable DType type) {
        float[] centre = FeatureSet.centre(new FiniteRows("reference", reference));
        FeatureSet x = FeatureSet.of("reference", reference, centre);
        FeatureSet y = FeatureSet.of("samples", samples, centre);
        Screening screening = type == null ? Screening.choose(backend, x, y, k) : Screening.of(type, x, y);
        return new ExactNeighbours(new ProductTiles(backend, TILE, screening.type()), x, y, k, screening.bound(), whole)
                .membership();
    }

    private Membership membership() {
        Membership membership = Membership.of(radii(reference), radii(samples));
        float[] referenceLimits = limits(reference, membership.referenceRadii());
        float[] sampleLimits = limits(samples, membership.sampleRadii());
        float[] referenceWeights = bound.weights(reference.squares());
        float[] sampleWeights = bound.weights(samples.squares());
        tiles.cross(
                reference,
                samples,
                tile -> ProductScan.of(tile, bound)
                        .either(
                                referenceLimits,
                                referenceWeights,
                                sampleLimits,
                                sampleWeights,
                                (i, j, doubled) -> decide(membership, i, j, doubled)));
        return membership;
    }

    private double[] radii(FeatureSet set) {
        NeighbourCandidates candidates = new NeighbourCandidates(set, k, bound);
        float[] weights = bound.weights(set.squares());
        tiles.own(set, tile -> {
            ProductScan scan = ProductScan.of(tile, bound);
            scan.rows(candidates.limits(), weights, candidates::offer);
            if (tile.firstRow() != tile.firstColumn()) {
                scan.columns(candidates.limits(), weights, candidates::offer);
            }
        });
        return candidates.radii();
    }

    private float[] limits(FeatureSet set, double[] radii) {
        float[] limits = new float[radii.length];
        for (int i = 0; i < limits.length; i++) {
            limits[i] = bound.limit(set.squares()[i], radii[i]);
        }
        return limits;
    }

    private void decide(Membership membership, int i, int j, float doubled) {
        double squares = reference.squares()[i] + samples.squares()[j];
        double distance = squares - doubled;
        double error = bound.of(squares, doubled);
        // Once a vector is known to be within, more pairs tell nothing of it but how many there are.
        boolean clear = !whole && membership.samplesInReference()[j]
                || clear(distance, error, membership.referenceRadii()[i]);
        clear &= !whole && membership.referenceInSamples()[i]
                || clear(distance, error, membership.sampleRadii()[j]);
        membership.add(i, j, clear ? Math.max(0, distance) : reference.distance(i, samples, j));
    }

    /** Whether a distance is on the same side of a radius wherever it is within its bound. */
    private static boolean clear(double distance, double error, double radius) {
        // The margin keeps roots apart, too.
        return distance - error > radius || (distance + error) * (1 + 1e-14) < radius;
    }
}
