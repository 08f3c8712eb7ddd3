package org.ditlab.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.knob.Settings;
import org.ditlab.nn.Module;
import org.ditlab.nn.Parameter;
import org.ditlab.nn.StateDict;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.AdamWState;
import org.ditlab.tensor.spi.Backend;

/**
 * What training carries from step to step: weights, AdamW's moments, averages of the weights, the number of steps
 * done and their losses. The tensors live in the scope that is innermost when it is made.
 */
final class TrainState {
    private final Map<String, Tensor> weights = new LinkedHashMap<>();
    private final Map<String, Tensor> first = new LinkedHashMap<>();
    private final Map<String, Tensor> second = new LinkedHashMap<>();
    private final Map<Double, Map<String, Tensor>> averages = new LinkedHashMap<>();
    private final Map<String, Tensor> frozen = new LinkedHashMap<>();
    private final double mainDecay;
    private final AdamWState adamW;
    private final float[] losses;
    private final Backend backend;
    private long step;
    private double seconds;

    /** Starts from a materialized model. */
    TrainState(Backend backend, Module model, Settings settings) {
        this.backend = backend;
        losses = new float[settings.get(TrainKnobs.STEPS)];
        mainDecay = settings.get(TrainKnobs.EMA_DECAY);
        averages.put(mainDecay, new LinkedHashMap<>());
        settings.get(TrainKnobs.EMA_DECAYS).forEach(decay -> averages.put(decay, new LinkedHashMap<>()));
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
            averages.values().forEach(average -> average.put(name, backend.leaf(parameter.value(), false)));
        }
        adamW = new AdamWState(
                list(weights),
                list(first),
                list(second),
                averages.entrySet().stream()
                        .map(average -> new AdamWState.Average(list(average.getValue()), average.getKey()))
                        .toList(),
                settings.get(TrainKnobs.BETA1),
                settings.get(TrainKnobs.BETA2),
                settings.get(TrainKnobs.EPSILON),
                settings.get(TrainKnobs.WEIGHT_DECAY));
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

    /**
     * The norm of all accumulated gradients together; where it is finite and exceeds the limit they are scaled down to it.
     * Source: Pascanu et al., arXiv:1211.5063.
     */
    double clip(double limit) {
        double norm = backend.gradientNorm(adamW.parameters());
        if (Double.isFinite(norm) && norm > limit) {
            weights.values().forEach(weight -> backend.scaleGrad(weight, limit / norm));
        }
        return norm;
    }

    /** Whether all accumulated gradients are numbers; a norm too large for float32 may count as none. */
    boolean finite() {
        return Double.isFinite(backend.gradientNorm(adamW.parameters()));
    }

    /** Applies the accumulated gradients, moves the averages along, and drops the gradients. */
    void update(double learningRate, double loss) {
        step++;
        backend.adamW(adamW, learningRate, step);
        dropGradients();
        losses[(int) step - 1] = (float) loss;
    }

    /** Forgets the accumulated gradients. */
    void dropGradients() {
        weights.values().forEach(backend::clearGrad);
    }

    /** Adds to the time that training has taken. */
    void spent(double took) {
        seconds += took;
    }

    /** The weights, or an average of them, with the frozen tables, by the model's names. */
    StateDict weights(SampledWeights which) {
        Map<String, StateDict.Entry> entries = new LinkedHashMap<>();
        frozen.forEach((name, tensor) -> entries.put(name, entry(tensor)));
        chosen(which).forEach((name, tensor) -> entries.put(name, entry(tensor)));
        return new StateDict(entries);
    }

    private Map<String, Tensor> chosen(SampledWeights which) {
        if (which.equals(SampledWeights.RAW)) {
            return weights;
        }
        return which.equals(SampledWeights.AVERAGE)
                ? averages.get(mainDecay)
                : averages.get(Double.parseDouble(which.word()));
    }

    /** All tensors by the names they have in a checkpoint. */
    Map<String, Tensor> tensors() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        weights.forEach((name, tensor) -> all.put("model." + name, tensor));
        first.forEach((name, tensor) -> all.put("adamw.m." + name, tensor));
        second.forEach((name, tensor) -> all.put("adamw.v." + name, tensor));
        averages.forEach((decay, average) -> {
            String prefix = decay == mainDecay
                    ? "ema."
                    : "ema-" + SampledWeights.of(decay).word() + ".";
            average.forEach((name, tensor) -> all.put(prefix + name, tensor));
        });
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
