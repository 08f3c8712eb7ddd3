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

    private static final int LAST_MAP = 4;
    private static final int LAST_WIDTH = 128;
    private static final int SMALLEST_WIDTH = 16;
    private static final int FEWEST_HALVINGS = 2;

    private final List<Conv2d> convolutions = new ArrayList<>();
    private final Linear toFeatures;
    private final Linear toClasses;

    ClassifierNet(int channels, int size, int dimensions, int classes) {
        int halvings = FEWEST_HALVINGS;
        while (size >> halvings > LAST_MAP) {
            halvings++;
        }
        int width = width(halvings);
        convolution(channels, width, 1);
        for (int left = halvings - 1; left >= 0; left--) {
            convolution(width, width(left), 2);
            width = width(left);
        }
        toFeatures = child("features", new Linear(width, dimensions, Initializer.heUniform()));
        toClasses = child("classes", new Linear(dimensions, classes));
    }

    /** Channels of a map that is yet to be halved so often: each layer costs about the same. */
    private static int width(int halvings) {
        return Math.max(SMALLEST_WIDTH, LAST_WIDTH >> halvings);
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
