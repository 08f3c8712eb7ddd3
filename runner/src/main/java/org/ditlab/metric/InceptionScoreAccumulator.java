package org.ditlab.metric;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.study.StudyException;

/**
 * Sums from which an {@link InceptionScore} follows; images may come in any order and chunks, on several accumulators that
 * are merged. Per block it holds the sum of {@code p log p} and, per class, that of p: with the mean distribution m the
 * divergence is {@code mean(sum p log p) - sum m log m}. Memory: blocks x classes, and one integer per image where a rule
 * shuffles.
 */
public final class InceptionScoreAccumulator {
    private final int images;
    private final int classes;
    private final SplitRule rule;
    private final InceptionScore.Form form;
    /** Block of the image at a position: found by the start of each. */
    private final int[] starts;
    /** Position of an image; empty where images stay in place. */
    private final int[] positions;

    private final long[] counts;
    private final double[] entropies;
    private final double[] marginals;
    private final double[] row;
    private long vanished;

    /** Makes room for a set of this many images. */
    public InceptionScoreAccumulator(int images, int classes, SplitRule rule, InceptionScore.Form form) {
        if (images < 1 || classes < 1) {
            throw new IllegalArgumentException("inception score of " + images + " images, " + classes + " classes");
        }
        this.images = images;
        this.classes = classes;
        this.rule = rule;
        this.form = form;
        int blocks = rule.blocks(images);
        starts = new int[blocks + 1];
        for (int block = 0; block <= blocks; block++) {
            starts[block] = rule.start(block, images);
        }
        positions = positions(images, rule);
        counts = new long[blocks];
        entropies = new double[blocks];
        marginals = new double[Math.multiplyExact(blocks, classes)];
        row = new double[classes];
    }

    private static int[] positions(int images, SplitRule rule) {
        if (rule.shuffleSeed() == null) {
            return new int[0];
        }
        int[] order = new MersenneTwister(rule.shuffleSeed()).permutation(images);
        int[] positions = new int[images];
        for (int position = 0; position < images; position++) {
            positions[order[position]] = position;
        }
        return positions;
    }

    /**
     * Adds images.
     *
     * @param logits (n, classes), row-major
     * @param first number of the first of them in the whole set
     * @throws StudyException when a logit is not finite; it names image and logit
     */
    public void add(float[] logits, int first, int n) {
        if (first < 0 || n < 0 || first > images - n || logits.length < (long) n * classes) {
            throw new IllegalArgumentException(logits.length + " logits of images " + first + " to " + (first + n - 1)
                    + " among " + images + " images of " + classes + " classes");
        }
        for (int i = 0; i < n * classes; i++) {
            if (!Float.isFinite(logits[i])) {
                throw new StudyException("logit " + i % classes + " of image " + (first + i / classes) + " is "
                        + logits[i] + ", expected finite numbers; look at that image and at the extractor's weights");
            }
        }
        for (int i = 0; i < n; i++) {
            int block = block(first + i);
            counts[block]++;
            entropies[block] +=
                    form == InceptionScore.Form.FLOAT64 ? wide(logits, i * classes) : narrow(logits, i * classes);
            for (int c = 0; c < classes; c++) {
                marginals[block * classes + c] += row[c];
            }
        }
    }

    private int block(int image) {
        int position = positions.length == 0 ? image : positions[image];
        int low = 0;
        int high = starts.length - 2;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts[middle] <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Puts a row's probabilities into {@link #row}; the sum of p log p. */
    private double wide(float[] logits, int from) {
        double largest = largest(logits, from);
        double sum = 0;
        double weighted = 0;
        for (int c = 0; c < classes; c++) {
            double shifted = logits[from + c] - largest;
            row[c] = Math.exp(shifted);
            sum += row[c];
            // exp(shifted) * shifted is 0, its limit, where exp underflows.
            weighted += row[c] * shifted;
        }
        for (int c = 0; c < classes; c++) {
            row[c] /= sum;
        }
        return weighted / sum - Math.log(sum);
    }

    private double narrow(float[] logits, int from) {
        float largest = largest(logits, from);
        float sum = 0;
        for (int c = 0; c < classes; c++) {
            float part = (float) Math.exp(logits[from + c] - largest);
            row[c] = part;
            sum += part;
        }
        double weighted = 0;
        for (int c = 0; c < classes; c++) {
            float p = (float) row[c] / sum;
            row[c] = p;
            if (p > 0) {
                weighted += p * (float) Math.log(p);
            } else {
                vanished++;
            }
        }
        return weighted;
    }

    private float largest(float[] logits, int from) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int c = from; c < from + classes; c++) {
            largest = Math.max(largest, logits[c]);
        }
        return largest;
    }

    /** Adds what another accumulator of the same set has seen; the other stays as it is. */
    public void merge(InceptionScoreAccumulator other) {
        if (other.images != images || other.classes != classes || !other.rule.equals(rule) || other.form != form) {
            throw new IllegalArgumentException("sums of " + other.images + " images, " + other.classes + " classes, "
                    + other.rule + ", " + other.form + " among those of " + images + ", " + classes + ", " + rule
                    + ", " + form);
        }
        vanished += other.vanished;
        for (int block = 0; block < counts.length; block++) {
            counts[block] += other.counts[block];
            entropies[block] += other.entropies[block];
        }
        for (int i = 0; i < marginals.length; i++) {
            marginals[i] += other.marginals[i];
        }
    }

    /** The score, once every image has been added once. */
    public InceptionScore score() {
        List<Double> scores = new ArrayList<>(counts.length);
        for (int block = 0; block < counts.length; block++) {
            int size = starts[block + 1] - starts[block];
            if (counts[block] != size) {
                throw new IllegalStateException("block " + block + " of the inception score has seen " + counts[block]
                        + " images, expected each of its " + size + " once");
            }
            double divergence = entropies[block] / size;
            for (int c = 0; c < classes; c++) {
                divergence -= limit(marginals[block * classes + c] / size);
            }
            double score = Math.exp(divergence);
            scores.add(form == InceptionScore.Form.FLOAT64 ? score : (float) score);
        }
        return new InceptionScore(scores, vanished);
    }

    /** m log m, 0 for 0. */
    private double limit(double m) {
        if (form == InceptionScore.Form.FLOAT64) {
            return m > 0 ? m * Math.log(m) : 0;
        }
        float narrow = (float) m;
        return narrow > 0 ? m * (float) Math.log(narrow) : 0;
    }
}
