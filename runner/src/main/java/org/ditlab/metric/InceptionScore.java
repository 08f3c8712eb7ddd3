package org.ditlab.metric;

import java.util.List;

/**
 * The exponential of the mean divergence of each image's class distribution from the mean one, per block of images. Biased
 * downwards with few images (a block of n images cannot score above n): compare equal counts only. The logits are those
 * without bias wherever published numbers are to be met. Source: Salimans et al. 2016, arXiv:1606.03498.
 *
 * @param scores one per block
 * @param vanished class probabilities that are 0 in float32; always 0 in float64. They count as the limit
 *     {@code p log p = 0}, where ADM's evaluator prints NaN for the whole score
 */
public record InceptionScore(List<Double> scores, long vanished) {
    /** Blocks as in the field. */
    public static final int SPLITS = 10;

    /** What the probabilities are computed in. */
    public enum Form {
        /** Softmax and logarithms in float64, from the logarithm of the softmax. */
        FLOAT64,
        /** ADM's: probabilities, their logarithms and their means rounded to float32. */
        ADM_FLOAT32
    }

    public InceptionScore {
        scores = List.copyOf(scores);
    }

    /**
     * The score of images at hand, in float64.
     *
     * @param logits (n, classes), row-major, images in the order they were made
     */
    public static InceptionScore of(float[] logits, int n, int classes, SplitRule rule) {
        InceptionScoreAccumulator sums = new InceptionScoreAccumulator(n, classes, rule, Form.FLOAT64);
        sums.add(logits, 0, n);
        return sums.score();
    }

    /** Over the blocks. */
    public double mean() {
        double sum = 0;
        for (double score : scores) {
            sum += score;
        }
        return sum / scores.size();
    }

    /** Population standard deviation over the blocks, as torch-fidelity and StyleGAN print it. */
    public double deviation() {
        return Math.sqrt(squares() / scores.size());
    }

    /** Standard deviation with divisor n - 1, as torchmetrics prints it; NaN for one block. */
    public double sampleDeviation() {
        return Math.sqrt(squares() / (scores.size() - 1));
    }

    private double squares() {
        double mean = mean();
        double sum = 0;
        for (double score : scores) {
            sum += (score - mean) * (score - mean);
        }
        return sum;
    }
}
