package org.ditlab.metric;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.nn.Conv2d;
import org.ditlab.nn.Initializer;
import org.ditlab.nn.Linear;
import org.ditlab.nn.Module;
import org.ditlab.tensor.Composites;
import org.ditlab.tensor.Tensor;

/**
 * The classifier's network: a convolution at full size, halving convolutions down to a map of 4 (or 2 for the smallest
 * images), the mean over the map, a linear layer to the features, a linear layer to the classes. ReLU after the
 * convolutions, SiLU for the features, so that none is dead; no batch norm, so that an image's features are its own.
 *
 * <p>Shapes: (N, C, S, S) in [-1, 1] to features (N, d); features to logits (N, classes).
 */
final class ClassifierNet extends Module {
    /** Changes with every change of the network or its training. */
    static final String VERSION = "classifier-1";

    private static final int[] WIDTHS = {32, 64, 128};
    private static final int LAST_MAP = 4;

    private final List<Conv2d> convolutions = new ArrayList<>();
    private final Linear toFeatures;
    private final Linear toClasses;

    ClassifierNet(int channels, int size, int dimensions, int classes) {
        int width = WIDTHS[0];
        convolution(channels, width, 1);
        int map = size;
        for (int i = 1; i < WIDTHS.length || map > LAST_MAP; i++) {
            int next = WIDTHS[Math.min(i, WIDTHS.length - 1)];
            convolution(width, next, 2);
            width = next;
            map = (map + 1) / 2;
        }
        toFeatures = child("features", new Linear(width, dimensions, Initializer.heUniform()));
        toClasses = child("classes", new Linear(dimensions, classes));
    }

    private void convolution(int in, int out, int stride) {
        String name = "convolutions." + convolutions.size();
        convolutions.add(child(name, new Conv2d(in, out, 3, stride, 1, 1, Initializer.heUniform())));
    }

    Tensor features(Tensor x) {
        Tensor map = x; // (N, C, S, S)
        for (Conv2d convolution : convolutions) {
            map = convolution.forward(map).relu(); // (N, width, S', S')
        }
        Tensor pooled = map.mean(false, 2, 3); // (N, width)
        return Composites.silu(toFeatures.forward(pooled)); // (N, d)
    }

    Tensor logits(Tensor features) {
        return toClasses.forward(features); // (N, classes)
    }
}
