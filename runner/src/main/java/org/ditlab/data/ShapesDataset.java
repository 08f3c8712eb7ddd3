package org.ditlab.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;

/**
 * The built-in set: one coloured figure of ten kinds on a shaded ground. Position, size, rotation and both colours vary.
 * An image is a pure function of split, index and size, rendered when it is read; edges are smooth by analytic coverage.
 * Classes take turns, so that any run of ten images holds each once.
 */
public final class ShapesDataset implements ImageDataset {
    /** Changes with every change of a pixel. */
    static final String VERSION = "shapes-1";

    private static final Figure[] FIGURES = Figure.values();
    private static final int SMALLEST_TEST = 1000;

    private final int size;
    private final int trainCount;
    private final Split split;
    private final RandomStream stream;

    /**
     * Opens a split.
     *
     * @param size side of the images
     * @param count training images; a tenth as many, at least 1000, are held out
     */
    public ShapesDataset(int size, int count, Split split) {
        this.size = size;
        this.trainCount = count;
        this.split = split;
        this.stream = new Streams(0x5AA9E5).stream(split == Split.TRAIN ? "train" : "test");
    }

    @Override
    public String name() {
        return "shapes-" + size;
    }

    @Override
    public int size() {
        return split == Split.TRAIN ? trainCount : Math.max(SMALLEST_TEST, trainCount / 10);
    }

    @Override
    public int channels() {
        return 3;
    }

    @Override
    public int height() {
        return size;
    }

    @Override
    public int width() {
        return size;
    }

    @Override
    public List<String> classNames() {
        return Arrays.stream(FIGURES).map(Figure::word).collect(Collectors.toUnmodifiableList());
    }

    @Override
    public int label(int index) {
        return index % FIGURES.length;
    }

    @Override
    public String fingerprint() {
        return new Fingerprint().add(VERSION).add(size).add(trainCount).hex();
    }

    @Override
    public void read(int index, byte[] out, int offset) {
        Figure figure = FIGURES[label(index)];
        double radius = size * between(index, 0, 0.27, 0.42);
        double slack = 0.5 * size - 0.85 * radius;
        double centreX = 0.5 * size + slack * between(index, 1, -0.6, 0.6);
        double centreY = 0.5 * size + slack * between(index, 2, -0.6, 0.6);
        double angle = between(index, 3, -0.3, 0.3);
        double cos = StrictMath.cos(angle) / radius;
        double sin = StrictMath.sin(angle) / radius;
        double[] ink = colour(draw(index, 4), between(index, 5, 0.55, 0.95), between(index, 6, 0.75, 1));
        double[] ground = colour(draw(index, 7), between(index, 8, 0.1, 0.5), between(index, 9, 0.12, 0.45));
        double shade = between(index, 10, -0.25, 0.25);
        // Half of the figures are mirrored, so that flipped training images are images of the set.
        double mirror = draw(index, 11) < 0.5 ? -1 : 1;
        int plane = size * size;
        for (int row = 0; row < size; row++) {
            double light = 1 + shade * (2.0 * row / size - 1);
            double dy = row + 0.5 - centreY;
            for (int column = 0; column < size; column++) {
                double dx = mirror * (column + 0.5 - centreX);
                double distance = figure.distance(cos * dx + sin * dy, cos * dy - sin * dx);
                double coverage = Math.min(1, Math.max(0, 0.5 - distance * radius));
                int at = offset + row * size + column;
                for (int channel = 0; channel < 3; channel++) {
                    double value = ground[channel] * light * (1 - coverage) + ink[channel] * coverage;
                    out[at + channel * plane] = (byte) (int) (255 * value + 0.5);
                }
            }
        }
    }

    private double draw(int index, int position) {
        return stream.uniform(index, 0, position);
    }

    private double between(int index, int position, double low, double high) {
        return low + (high - low) * draw(index, position);
    }

    /** Hue, saturation, value to red, green, blue; all in [0, 1]. */
    private static double[] colour(double hue, double saturation, double value) {
        double[] rgb = new double[3];
        for (int channel = 0; channel < 3; channel++) {
            double position = (hue * 6 + 5 - 2 * channel) % 6;
            double falloff = Math.max(0, Math.min(1, Math.min(position, 4 - position)));
            rgb[channel] = value * (1 - saturation * falloff);
        }
        return rgb;
    }
}
