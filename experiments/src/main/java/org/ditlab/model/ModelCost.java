package org.ditlab.model;

import org.ditlab.knob.Settings;
import org.ditlab.tensor.Convention;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.trace.Trace;
import org.ditlab.tensor.trace.TracingBackend;

/**
 * What a model costs, counted on traced forward passes at batch 1; nothing is computed. A model that trains with branches
 * has two graphs: the folded one, which samples, and the training graph.
 *
 * @param parameters elements of all parameters as trained, frozen tables included
 * @param parametersFolded the same after folding
 * @param macs pure multiply-accumulates of the folded graph
 * @param macsTorchprofile of the folded graph as the U-DiT paper prints them, {@link Convention#TORCHPROFILE}
 * @param macsDitPaper of the folded graph as the DiT paper prints them, {@link Convention#DIT_PAPER}
 * @param macsTraining pure multiply-accumulates of the training graph's forward pass
 * @param activationBytes what a training step keeps for its backward pass in float32, {@link Trace#activationBytes()}
 * @param kept the same where a recipe keeps less
 */
public record ModelCost(
        long parameters,
        long parametersFolded,
        long macs,
        long macsTorchprofile,
        long macsDitPaper,
        long macsTraining,
        long activationBytes,
        Kept kept) {
    /**
     * {@link #activationBytes} with less kept, {@link Trace#activationBytes(boolean, boolean)}.
     *
     * @param narrow products compute in bfloat16
     * @param recomputed gradient checkpointing
     * @param both both
     */
    public record Kept(long narrow, long recomputed, long both) {}

    /** A cost whose activations are the same however it is trained. */
    public ModelCost(
            long parameters,
            long parametersFolded,
            long macs,
            long macsTorchprofile,
            long macsDitPaper,
            long macsTraining,
            long activationBytes) {
        this(
                parameters,
                parametersFolded,
                macs,
                macsTorchprofile,
                macsDitPaper,
                macsTraining,
                activationBytes,
                new Kept(activationBytes, activationBytes, activationBytes));
    }

    /** What a training step keeps for its backward pass at batch 1. */
    public long activationBytes(boolean recompute, boolean narrow) {
        if (recompute) {
            return narrow ? kept.both : kept.recomputed;
        }
        return narrow ? kept.narrow : activationBytes;
    }

    /**
     * The cost of the model that the settings describe.
     *
     * @throws ArchitectureException when the settings contradict each other
     */
    public static ModelCost of(Settings settings) {
        Denoiser model = ModelZoo.build(settings);
        Trace training = trace(model);
        boolean folds = Denoiser.folds(settings);
        Denoiser folded = folds ? ModelZoo.build(Denoiser.foldedSettings(settings)) : model;
        Trace inference = folds ? trace(folded) : training;
        return new ModelCost(
                model.parameterCount(),
                folded.parameterCount(),
                inference.cost(Convention.MACS),
                inference.cost(Convention.TORCHPROFILE),
                inference.cost(Convention.DIT_PAPER),
                training.cost(Convention.MACS),
                training.activationBytes(),
                new Kept(
                        training.activationBytes(false, true),
                        training.activationBytes(true, false),
                        training.activationBytes(true, true)));
    }

    /** The operations of one forward pass at batch 1. The model's parameters are bound to a tracing backend afterwards. */
    public static Trace trace(Denoiser model) {
        return trace(model, 1);
    }

    /** The same at another batch. */
    public static Trace trace(Denoiser model, int batch) {
        TracingBackend backend = new TracingBackend();
        model.materialize(backend, new Streams(0));
        model.forward(
                backend.full(0, Shape.of(batch, model.channels(), model.height(), model.width()), DType.FLOAT32),
                backend.full(0, Shape.of(batch), DType.FLOAT32),
                backend.full(0, Shape.of(batch), DType.INT64));
        return backend.trace();
    }
}
