package org.ditlab.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ditlab.tensor.spi.Backend;

/**
 * The distance of every class between reference and samples. Classes have few images, so that each value is biased
 * upwards: compare equal counts only.
 *
 * @param classes those measured, by label
 * @param tooFew those with less than two images on a side, by label
 */
public record ClassFids(List<Measured> classes, List<TooFew> tooFew) {
    private static final int FEWEST = 2;

    /** A class and its distance. */
    public record Measured(long label, FrechetDistance distance) {}

    /** A class that cannot be measured, and its images on either side. */
    public record TooFew(long label, int reference, int samples) {}

    /**
     * Measures class by class; memory is that of one class.
     *
     * @param referenceLabels of the reference's images
     * @param sampleLabels of the samples
     */
    public static ClassFids of(
            Backend backend, Rows reference, long[] referenceLabels, Rows samples, long[] sampleLabels) {
        Map<Long, int[]> first = indices(reference, referenceLabels);
        Map<Long, int[]> second = indices(samples, sampleLabels);
        Map<Long, int[]> labels = new TreeMap<>(first);
        labels.putAll(second);
        List<Measured> classes = new ArrayList<>();
        List<TooFew> tooFew = new ArrayList<>();
        for (long label : labels.keySet()) {
            int[] here = first.getOrDefault(label, new int[0]);
            int[] there = second.getOrDefault(label, new int[0]);
            if (Math.min(here.length, there.length) < FEWEST) {
                tooFew.add(new TooFew(label, here.length, there.length));
            } else {
                classes.add(new Measured(
                        label, Fid.between(moments(backend, reference, here), moments(backend, samples, there))));
            }
        }
        return new ClassFids(List.copyOf(classes), List.copyOf(tooFew));
    }

    /** The mean over the classes measured; not a number where there is none. */
    public double mean() {
        return classes.stream()
                .mapToDouble(each -> each.distance().value())
                .average()
                .orElse(Double.NaN);
    }

    private static Moments moments(Backend backend, Rows rows, int[] indices) {
        Moments moments = new Moments(backend, rows.dimensions());
        moments.add(ExtrapolatedFid.gather(rows, indices, 0, indices.length), indices.length);
        return moments;
    }

    private static Map<Long, int[]> indices(Rows rows, long[] labels) {
        if (labels.length != rows.count()) {
            throw new IllegalArgumentException(labels.length + " labels for " + rows.count() + " images");
        }
        Map<Long, Integer> counts = new TreeMap<>();
        for (long label : labels) {
            counts.merge(label, 1, Integer::sum);
        }
        Map<Long, int[]> indices = new TreeMap<>();
        counts.forEach((label, count) -> indices.put(label, new int[count]));
        for (int i = labels.length - 1; i >= 0; i--) {
            int left = counts.merge(labels[i], -1, Integer::sum);
            indices.get(labels[i])[left] = i;
        }
        return indices;
    }
}
