package org.ditlab.data;

/**
 * Between which two neighbours each element of an axis lies, and how far from the lower one, rounded where the frameworks
 * round.
 *
 * @param lower index of the lower neighbour
 * @param upper index of the upper one, equal to the lower one at the border
 * @param fraction from 0 at the lower to 1 at the upper
 */
record LinearAxis(int[] lower, int[] upper, float[] fraction) {
    /** Where an element of the output lies in the input. */
    @FunctionalInterface
    private interface Source {
        double of(int index);
    }

    private static LinearAxis of(int from, int to, Source source) {
        int[] lower = new int[to];
        int[] upper = new int[to];
        float[] fraction = new float[to];
        for (int i = 0; i < to; i++) {
            double place = source.of(i);
            lower[i] = Math.min(from - 1, (int) place);
            upper[i] = Math.min(from - 1, lower[i] + 1);
            fraction[i] = (float) (place - lower[i]);
        }
        return new LinearAxis(lower, upper, fraction);
    }

    /** Corners on corners, so that the image is shifted by half a pixel: TensorFlow 1's {@code ResizeBilinear}. */
    static LinearAxis tensorFlow1(int from, int to) {
        float scale = from / (float) to;
        return of(from, to, i -> i * scale);
    }

    /** Centres on centres: PyTorch's {@code interpolate} without align_corners, whose compiler fuses all but the scale. */
    static LinearAxis halfPixel(int from, int to) {
        float scale = from / (float) to;
        return of(from, to, i -> Math.max(0, (i + 0.5) * scale - 0.5));
    }

    /**
     * TensorFlow 1's places by way of an affine grid over [-1, 1], as the TorchScript file of the network computes them: the
     * same but for rounding.
     */
    static LinearAxis affineGrid(int from, int to) {
        float shift = 1f / from - 1f / to;
        float step = 2f / (to - 1);
        return of(from, to, i -> {
            float even = to == 1 ? -1 : i < to / 2 ? -1 + step * i : 1 - step * (to - 1 - i);
            float place = even * (to - 1) / to + shift;
            return Math.max(0, Math.min(from - 1, ((place + 1) * from - 1) / 2));
        });
    }

    /** Elements of the output. */
    int length() {
        return lower.length;
    }
}
