package org.ditlab.metric.inception;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ditlab.data.MetricFixtures;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.fixtures.FormulaWeights;
import org.ditlab.metric.ImageBatch;
import org.ditlab.nn.StateDict;
import org.ditlab.tensor.Shape;

/** The network's reference images, values and weights; the weights are a formula of their names. */
final class InceptionFixtures {
    private InceptionFixtures() {}

    static JsonNode expected() throws IOException {
        return MetricFixtures.json("inception/expected.json");
    }

    static Map<String, NpyArray> outputs() throws IOException {
        return Npz.read(MetricFixtures.file("inception/outputs.npz"));
    }

    /** The images of a batch, stored (N, H, W, C). */
    static ImageBatch images(String batch) throws IOException {
        NpyArray stored = Npz.read(MetricFixtures.file("inception/images.npz"), batch);
        int[] shape = stored.shape();
        byte[] pixels = stored.bytes();
        int plane = shape[1] * shape[2];
        byte[] planes = new byte[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            int image = i / (3 * plane);
            int place = i / 3 % plane;
            planes[(image * 3 + i % 3) * plane + place] = pixels[i];
        }
        return new ImageBatch(planes, shape[0], 3, shape[1], shape[2]);
    }

    static StateDict weights() throws IOException {
        String salt = expected().get("salt").asText();
        Map<String, StateDict.Entry> entries = new LinkedHashMap<>();
        MetricFixtures.json("inception/parameter_names.json")
                .get("shapes")
                .fields()
                .forEachRemaining(named -> {
                    int[] dims = new int[named.getValue().size()];
                    for (int i = 0; i < dims.length; i++) {
                        dims[i] = named.getValue().get(i).asInt();
                    }
                    Shape shape = Shape.of(dims);
                    float[] values = values(salt + named.getKey(), shape);
                    entries.put(named.getKey(), new StateDict.Entry(shape, values));
                });
        return new StateDict(entries);
    }

    private static float[] values(String key, Shape shape) {
        if (key.endsWith(".conv.weight")) {
            double fanIn = (double) shape.dim(1) * shape.dim(2) * shape.dim(3);
            return FormulaWeights.roundedOnce(key, shape, Math.sqrt(6 / fanIn), 0);
        }
        if (key.endsWith(".bn.weight")) {
            return FormulaWeights.roundedOnce(key, shape, 0.25, 1);
        }
        if (key.endsWith(".bn.running_var") || key.endsWith("fc.bias")) {
            return FormulaWeights.roundedOnce(key, shape, 0.5, key.endsWith("fc.bias") ? 0 : 1);
        }
        return FormulaWeights.roundedOnce(key, shape, 0.1, 0);
    }

    /** The same weights as a file without scales holds them. */
    static StateDict withoutScales(StateDict weights) {
        Map<String, StateDict.Entry> entries = new LinkedHashMap<>(weights.entries());
        entries.keySet().removeIf(name -> name.endsWith(".bn.weight"));
        return new StateDict(entries);
    }
}
