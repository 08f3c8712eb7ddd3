package org.ditlab.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.nn.Module;
import org.ditlab.nn.Parameter;
import org.ditlab.nn.StateDict;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.AdamWState;
import org.ditlab.tensor.spi.Backend;

/**
 * What training carries from step to step: weights, AdamW's moments, the average of the weights, the number of steps
 * done and their losses. The tensors live in the scope that is innermost when it is made.
 */
final class TrainState {
    private final Map<String, Tensor> weights = new LinkedHashMap<>();
    private final Map<String, Tensor> first = new LinkedHashMap<>();
    private final Map<String, Tensor> second = new LinkedHashMap<>();
    private final Map<String, Tensor> average = new LinkedHashMap<>();
    private final Map<String, Tensor> frozen = new LinkedHashMap<>();
    private final AdamWState adamW;
    private final float[] losses;
    private final Backend backend;
    private long step;
    private double seconds;

    /** Starts from a materialized model. */
    TrainState(Backend backend, Module model, int steps, double weightDecay) {
        this.backend = backend;
        losses = new float[steps];
        for (Map.Entry<String, Parameter> entry : model.parameters().entrySet()) {
            Parameter parameter = entry.getValue();
            String name = entry.getKey();
            if (!parameter.trainable()) {
                frozen.put(name, parameter.value());
                continue;
            }
            weights.put(name, parameter.value());
            first.put(name, backend.full(0, parameter.shape(), DType.FLOAT32));
            second.put(name, backend.full(0, parameter.shape(), DType.FLOAT32));
            average.put(name, backend.leaf(parameter.value(), false));
        }
        adamW = new AdamWState(list(weights), list(first), list(second), 0.9, 0.999, 1e-8, weightDecay);
    }

    private static List<Tensor> list(Map<String, Tensor> tensors) {
        return new ArrayList<>(tensors.values());
    }

    long step() {
        return step;
    }

    double seconds() {
        return seconds;
    }

    float[] losses() {
        return losses;
    }

    /** Applies the accumulated gradients, moves the average along, and drops the gradients. */
    void update(double learningRate, double emaDecay, double loss) {
        step++;
        backend.adamW(adamW, learningRate, step);
        backend.lerp(list(average), list(weights), emaDecay);
        weights.values().forEach(backend::clearGrad);
        losses[(int) step - 1] = (float) loss;
    }

    /** Adds to the time that training has taken. */
    void spent(double took) {
        seconds += took;
    }

    /** The averaged weights with the frozen tables, by the model's names. */
    StateDict averaged() {
        Map<String, StateDict.Entry> entries = new LinkedHashMap<>();
        frozen.forEach((name, tensor) -> entries.put(name, entry(tensor)));
        average.forEach((name, tensor) -> entries.put(name, entry(tensor)));
        return new StateDict(entries);
    }

    /** All tensors by the names they have in a checkpoint. */
    Map<String, Tensor> tensors() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        weights.forEach((name, tensor) -> all.put("model." + name, tensor));
        first.forEach((name, tensor) -> all.put("adamw.m." + name, tensor));
        second.forEach((name, tensor) -> all.put("adamw.v." + name, tensor));
        average.forEach((name, tensor) -> all.put("ema." + name, tensor));
        return all;
    }

    /** Takes over the counters of a checkpoint; its tensors were assigned already. */
    void resume(long doneSteps, double doneSeconds, float[] doneLosses) {
        step = doneSteps;
        seconds = doneSeconds;
        System.arraycopy(doneLosses, 0, losses, 0, (int) Math.min(doneSteps, losses.length));
    }

    private static StateDict.Entry entry(Tensor tensor) {
        return new StateDict.Entry(tensor.shape(), tensor.toFloats());
    }
}
