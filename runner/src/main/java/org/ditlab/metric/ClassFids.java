package org.ditlab.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
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

    /** Numbers by size, then names. */
    private static final Comparator<String> ORDER = Comparator.<String>comparingLong(
                    label -> label.matches("\\d{1,18}") ? Long.parseLong(label) : Long.MAX_VALUE)
            .thenComparing(Comparator.naturalOrder());

    /** A class and its distance. */
    public record Measured(String label, FrechetDistance distance) {}

    /** A class that cannot be measured, and its images on either side. */
    public record TooFew(String label, int reference, int samples) {}

    /**
     * Measures class by class; memory is that of one class.
     *
     * @param referenceLabels of the reference's images
     * @param sampleLabels of the samples
     */
    public static ClassFids of(
            Backend backend, Rows reference, List<String> referenceLabels, Rows samples, List<String> sampleLabels) {
        Map<String, int[]> first = indices(reference, referenceLabels);
        Map<String, int[]> second = indices(samples, sampleLabels);
        Set<String> labels = new TreeSet<>(ORDER);
        labels.addAll(first.keySet());
        labels.addAll(second.keySet());
        List<Measured> classes = new ArrayList<>();
        List<TooFew> tooFew = new ArrayList<>();
        for (String label : labels) {
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
        return ExtrapolatedFid.moments(backend, rows, indices, indices.length);
    }

    private static Map<String, int[]> indices(Rows rows, List<String> labels) {
        if (labels.size() != rows.count()) {
            throw new IllegalArgumentException(labels.size() + " labels for " + rows.count() + " images");
        }
        Map<String, IntStream.Builder> indices = new HashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            indices.computeIfAbsent(labels.get(i), label -> IntStream.builder()).add(i);
        }
        Map<String, int[]> arrays = new HashMap<>();
        indices.forEach((label, builder) -> arrays.put(label, builder.build().toArray()));
        return arrays;
    }
}
