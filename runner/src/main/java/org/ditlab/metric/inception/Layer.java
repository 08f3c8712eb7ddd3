package org.ditlab.metric.inception;

import java.util.List;
import org.ditlab.tensor.Tensor;

/** One step from map to map: (N, C, H, W) to (N, C', H', W'). */
@FunctionalInterface
interface Layer {
    Tensor forward(Tensor x);

    /** One step after the other. */
    static Layer chain(Layer... steps) {
        List<Layer> all = List.of(steps);
        return x -> {
            Tensor map = x;
            for (Layer step : all) {
                map = step.forward(map);
            }
            return map;
        };
    }

    /** The results of all branches side by side, along the channels. */
    static Layer concat(Layer... branches) {
        List<Layer> all = List.of(branches);
        return x ->
                x.backend().concat(all.stream().map(branch -> branch.forward(x)).toList(), 1);
    }

    /** Mean over 3 x 3, keeping the size; padding does not count. */
    static Layer averagePool() {
        return x -> x.backend().avgPool2d(x, 3, 1, 1);
    }

    /** Largest of 3 x 3, keeping the size. */
    static Layer maxPool() {
        return x -> x.backend().maxPool2d(x, 3, 1, 1);
    }

    /** Largest of 3 x 3, every second. */
    static Layer halvingMaxPool() {
        return x -> x.backend().maxPool2d(x, 3, 2, 0);
    }
}
