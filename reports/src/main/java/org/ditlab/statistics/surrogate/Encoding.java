package org.ditlab.statistics.surrogate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Factors as the features of a regression: numbers, as logarithms where they are above 0 and span a ratio above 8, scaled to
 * mean 0 and standard deviation 1 over the levels; words as 1 for the level that is there and 0 for the others.
 */
final class Encoding {
    /** Numbers that span more than this ratio are taken as logarithms. */
    private static final double WIDE = 8;

    private final String[] names;
    /** By factor the feature's value at each level; empty for words. */
    private final List<double[]> scaled = new ArrayList<>();

    private final int[] places;

    Encoding(List<Factor> factors) {
        List<String> features = new ArrayList<>();
        places = new int[factors.size()];
        for (int f = 0; f < places.length; f++) {
            Factor factor = factors.get(f);
            places[f] = features.size();
            scaled.add(scaled(factor));
            if (factor.numeric()) {
                features.add(factor.name());
            } else {
                for (int level = 0; level < factor.levels().size(); level++) {
                    features.add(factor.name() + "=" + level);
                }
            }
        }
        names = features.toArray(String[]::new);
    }

    /** The features' names: {@code width}, {@code ffn=0}. */
    String[] names() {
        return names;
    }

    /** The features of a combination. */
    double[] of(int[] levels) {
        double[] features = new double[names.length];
        for (int f = 0; f < levels.length; f++) {
            double[] numbers = scaled.get(f);
            if (numbers.length > 0) {
                features[places[f]] = numbers[levels[f]];
            } else {
                features[places[f] + levels[f]] = 1;
            }
        }
        return features;
    }

    private static double[] scaled(Factor factor) {
        double[] numbers =
                factor.positions().stream().mapToDouble(Double::doubleValue).toArray();
        double least = Arrays.stream(numbers).min().orElse(0);
        double most = Arrays.stream(numbers).max().orElse(0);
        if (least > 0 && most / least > WIDE) {
            numbers = Arrays.stream(numbers).map(Math::log).toArray();
        }
        double mean = Arrays.stream(numbers).average().orElse(0);
        double spread = Math.sqrt(Arrays.stream(numbers)
                .map(number -> (number - mean) * (number - mean))
                .average()
                .orElse(0));
        return Arrays.stream(numbers)
                .map(number -> spread == 0 ? 0 : (number - mean) / spread)
                .toArray();
    }
}
