package org.ditlab.metric;

/**
 * The exponential of the mean divergence of each image's class distribution from the mean one, over consecutive blocks
 * of images, in float64. Biased downwards with few images (a block of n images cannot score above n): compare equal counts
 * only. Source: Salimans et al. 2016, arXiv:1606.03498.
 *
 * @param mean over the blocks
 * @param deviation population standard deviation over the blocks
 */
public record InceptionScore(double mean, double deviation) {
    /** Blocks as in the field. */
    public static final int SPLITS = 10;

    /**
     * The score.
     *
     * @param logits (n, classes), row-major, images in the order they were made
     * @param splits blocks, of which the i-th starts at image {@code i n / splits}; no more than images are made
     */
    public static InceptionScore of(float[] logits, int n, int classes, int splits) {
        if (n < 1 || classes < 1 || splits < 1) {
            throw new IllegalArgumentException(
                    "inception score of " + n + " images, " + classes + " classes, " + splits + " splits");
        }
        double[] logProbabilities = logSoftmax(logits, n, classes);
        int blocks = Math.min(splits, n);
        double sum = 0;
        double squares = 0;
        for (int block = 0; block < blocks; block++) {
            int from = (int) ((long) block * n / blocks);
            int to = (int) ((long) (block + 1) * n / blocks);
            double score = score(logProbabilities, from, to, classes);
            sum += score;
            squares += score * score;
        }
        double mean = sum / blocks;
        return new InceptionScore(mean, Math.sqrt(Math.max(0, squares / blocks - mean * mean)));
    }

    private static double[] logSoftmax(float[] logits, int n, int classes) {
        double[] out = new double[n * classes];
        for (int row = 0; row < n; row++) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = row * classes; i < (row + 1) * classes; i++) {
                if (!Float.isFinite(logits[i])) {
                    throw new IllegalArgumentException("logit " + i % classes + " of image " + row + " is " + logits[i]
                            + ", expected finite numbers");
                }
                largest = Math.max(largest, logits[i]);
            }
            double sum = 0;
            for (int i = row * classes; i < (row + 1) * classes; i++) {
                sum += Math.exp(logits[i] - largest);
            }
            double normaliser = largest + Math.log(sum);
            for (int i = row * classes; i < (row + 1) * classes; i++) {
                out[i] = logits[i] - normaliser;
            }
        }
        return out;
    }

    private static double score(double[] logProbabilities, int from, int to, int classes) {
        double[] marginal = new double[classes];
        for (int i = from * classes; i < to * classes; i++) {
            marginal[i % classes] += Math.exp(logProbabilities[i]) / (to - from);
        }
        double divergence = 0;
        for (int i = from * classes; i < to * classes; i++) {
            double p = Math.exp(logProbabilities[i]);
            // p log p tends to 0 with p; a marginal is 0 only where every p is.
            if (p > 0) {
                divergence += p * (logProbabilities[i] - Math.log(marginal[i % classes]));
            }
        }
        return Math.exp(divergence / (to - from));
    }
}
