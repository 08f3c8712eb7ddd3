package org.ditlab.model;

import org.ditlab.knob.Settings;
import org.ditlab.tensor.Convention;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.trace.Trace;
import org.ditlab.tensor.trace.TracingBackend;

/**
 * What a model costs, counted on one traced forward pass at batch 1; nothing is computed.
 *
 * @param parameters elements of all parameters, frozen tables included
 * @param macs pure multiply-accumulates
 * @param macsTorchprofile as the U-DiT paper prints them, {@link Convention#TORCHPROFILE}
 * @param macsDitPaper as the DiT paper prints them, {@link Convention#DIT_PAPER}
 * @param activationBytes what a training step keeps for its backward pass in float32, {@link Trace#activationBytes}
 */
public record ModelCost(long parameters, long macs, long macsTorchprofile, long macsDitPaper, long activationBytes) {
    /**
     * The cost of the model that the settings describe.
     *
     * @throws ArchitectureException when the settings contradict each other
     */
    public static ModelCost of(Settings settings) {
        return of(ModelZoo.build(settings));
    }

    /** The cost of a declared model. Its parameters are bound to a tracing backend afterwards. */
    public static ModelCost of(Denoiser model) {
        Trace trace = trace(model);
        return new ModelCost(
                model.parameterCount(),
                trace.cost(Convention.MACS),
                trace.cost(Convention.TORCHPROFILE),
                trace.cost(Convention.DIT_PAPER),
                trace.activationBytes());
    }

    /** The operations of one forward pass at batch 1. The model's parameters are bound to a tracing backend afterwards. */
    public static Trace trace(Denoiser model) {
        TracingBackend backend = new TracingBackend();
        model.materialize(backend, new Streams(0));
        model.forward(
                backend.full(0, Shape.of(1, model.channels(), model.height(), model.width()), DType.FLOAT32),
                backend.full(0, Shape.of(1), DType.FLOAT32),
                backend.full(0, Shape.of(1), DType.INT64));
        return backend.trace();
    }
}
