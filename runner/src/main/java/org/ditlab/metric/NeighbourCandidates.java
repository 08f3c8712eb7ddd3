package org.ditlab.metric;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * For every vector of a set, the vectors that may be among its k nearest, itself included, from distances with an error bound.
 * A candidate stays while its smallest possible distance is not above the (k + 1)-th smallest of the largest possible
 * ones; which of the few left is the (k + 1)-th nearest is decided by exact distances. O(N k) memory. Different vectors may
 * be dealt with by different threads.
 */
final class NeighbourCandidates {
    private final FeatureSet set;
    private final ErrorBound bound;
    private final int wanted;
    private final int room;
    private final int[] sizes;
    private final int[] numbers;
    private final double[] distances;
    private final double[] errors;
    /** The radius is at most this. */
    private final double[] most;

    private final float[] limits;

    NeighbourCandidates(FeatureSet set, int k, ErrorBound bound) {
        this.set = set;
        this.bound = bound;
        wanted = k + 1;
        room = 2 * wanted + 8;
        int n = set.count();
        sizes = new int[n];
        numbers = new int[Math.multiplyExact(n, room)];
        distances = new double[numbers.length];
        errors = new double[numbers.length];
        most = new double[n];
        limits = new float[n];
        for (int i = 0; i < n; i++) {
            // A vector's distance to itself is 0, exactly.
            numbers[i * room] = i;
            sizes[i] = 1;
            atMost(i, Double.POSITIVE_INFINITY);
        }
    }

    /** Limits for a {@link ProductScan}; they rise as candidates come in. */
    float[] limits() {
        return limits;
    }

    private void atMost(int i, double radius) {
        most[i] = radius;
        // Nothing is closer than 0.
        limits[i] = radius == 0 ? Float.POSITIVE_INFINITY : bound.limit(set.squares()[i], radius);
    }

    /** Takes up a pair, if it matters to i. */
    void offer(int i, int j, float doubled) {
        if (i == j || most[i] == 0) {
            return;
        }
        double squares = set.squares()[i] + set.squares()[j];
        double distance = squares - doubled;
        double error = bound.of(squares, doubled);
        if (!Double.isFinite(distance) || !Double.isFinite(error)) {
            distance = set.distance(i, set, j);
            error = 0;
        }
        if (distance - error > most[i]) {
            return;
        }
        int place = i * room + sizes[i]++;
        numbers[place] = j;
        distances[place] = distance;
        errors[place] = error;
        if (distance + error < most[i]) {
            narrow(i);
        }
        if (sizes[i] == room) {
            drop(i);
            if (2 * sizes[i] > room) {
                decide(i);
                sizes[i] = wanted;
                atMost(i, distances[i * room + wanted - 1]);
            }
        }
    }

    /** Finds the (k + 1)-th smallest of the largest possible distances. */
    private void narrow(int i) {
        if (sizes[i] < wanted) {
            return;
        }
        // The few smallest so far, in order; candidates are few, so that this is quicker than sorting them.
        double[] smallest = new double[wanted];
        Arrays.fill(smallest, Double.POSITIVE_INFINITY);
        for (int c = i * room; c < i * room + sizes[i]; c++) {
            double upper = distances[c] + errors[c];
            int place = wanted;
            while (place > 0 && smallest[place - 1] > upper) {
                place--;
            }
            if (place < wanted) {
                System.arraycopy(smallest, place, smallest, place + 1, wanted - 1 - place);
                smallest[place] = upper;
            }
        }
        if (smallest[wanted - 1] < most[i]) {
            atMost(i, smallest[wanted - 1]);
        }
    }

    private void drop(int i) {
        int from = i * room;
        int kept = from;
        for (int c = from; c < from + sizes[i]; c++) {
            if (!(distances[c] - errors[c] > most[i])) {
                numbers[kept] = numbers[c];
                distances[kept] = distances[c];
                errors[kept] = errors[c];
                kept++;
            }
        }
        sizes[i] = kept - from;
    }

    /** Makes all distances of a vector exact and sorts by them. */
    private void decide(int i) {
        int from = i * room;
        for (int c = from; c < from + sizes[i]; c++) {
            int number = numbers[c];
            double distance = errors[c] == 0 ? distances[c] : set.distance(i, set, number);
            int place = c;
            while (place > from && distances[place - 1] > distance) {
                numbers[place] = numbers[place - 1];
                distances[place] = distances[place - 1];
                place--;
            }
            numbers[place] = number;
            distances[place] = distance;
        }
        Arrays.fill(errors, from, from + sizes[i], 0);
    }

    /** The exact squared distance of every vector to its k-th neighbour, once all pairs have been offered. */
    double[] radii() {
        return IntStream.range(0, set.count())
                .parallel()
                .mapToDouble(i -> {
                    drop(i);
                    decide(i);
                    return distances[i * room + wanted - 1];
                })
                .toArray();
    }
}
