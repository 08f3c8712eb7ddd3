package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ditlab.data.DataSets;
import org.ditlab.data.Dataset;
import org.ditlab.data.Split;
import org.ditlab.knob.Settings;
import org.ditlab.model.Denoiser;
import org.ditlab.run.halving.Halving;
import org.ditlab.run.halving.StoppedEarly;
import org.ditlab.store.EarlierTraining;
import org.ditlab.store.StageDirectory;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.StageKind;
import org.ditlab.tensor.OutOfMemoryException;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.train.Modes;
import org.ditlab.train.PeakMemory;
import org.ditlab.train.SampledWeights;
import org.ditlab.train.SavedState;
import org.ditlab.train.TrainKnobs;
import org.ditlab.train.Trainer;
import org.ditlab.weights.ModelFile;

/**
 * Trains the model of a trial; leaves its averaged weights as {@code model.safetensors}, those of snapshots as
 * {@code model-step-000500.safetensors}, other averages and the weights themselves under the names of
 * {@link SampledWeights#file}.
 */
public final class TrainStage implements StageRunner {
    private static final String DIVERGED = "diverged_at_step";

    /** The last loss by the first, among the metrics of a training whose loss rose. */
    static final String LOSS_GROWTH = "train.loss_growth";

    /** A last loss of so many times the first is said; it is no divergence, since the weights are numbers. */
    private static final double RISEN = 10;

    /** The averaged weights of a step on the way, in the stage's directory. */
    static String snapshot(long step) {
        return "model-step-%06d.safetensors".formatted(step);
    }

    @Override
    public StageKind kind() {
        return StageKind.TRAIN;
    }

    @Override
    public StageResult run(StageContext context) throws IOException, InterruptedException, StoppedEarly {
        Settings settings = context.settings();
        Dataset data = DataSets.open(settings, context.files().data(), Split.TRAIN);
        try (Trainer trainer = new Trainer(context.backend(), settings, context.seed(), data)) {
            long kept = begin(context, trainer);
            long diverged = loop(context, trainer, kept);
            for (SampledWeights which : SampledWeights.all(settings)) {
                ModelFile.write(context.directory().resolve(which.file()), trainer.weights(which));
            }
            if (diverged == 0 && keepsState(context)) {
                trainer.save(context.directory());
            }
            StageResult result = result(settings, trainer, diverged);
            MicroBatch.read(context.directory(), settings)
                    .ifPresent(smaller -> result.timing().put("train.micro_batch", smaller.images()));
            return result;
        }
    }

    /**
     * Goes on from the furthest state, this training's own, or that of another whose first steps are the same; gives its
     * step.
     */
    private static long begin(StageContext context, Trainer trainer) throws IOException {
        boolean attempted = SavedState.in(context.directory()).stream().anyMatch(state -> state.step() > 0);
        long step = trainer.resume(context.directory(), context::note);
        boolean takenOver = false;
        for (EarlierTraining earlier : context.earlier()) {
            if (earlier.state().step() > step && takeOver(context, earlier)) {
                step = trainer.resume(context.directory(), context::note);
                if (step == earlier.state().step()) {
                    context.note("continues " + earlier.id() + " at step " + step);
                    takenOver = true;
                    break;
                }
                Files.deleteIfExists(
                        context.directory().resolve(earlier.state().file().getFileName()));
            }
        }
        if (step > 0 && !takenOver) {
            context.note("resumes at step " + step);
        } else if (step == 0 && attempted) {
            context.note("no checkpoint can be used: begins anew");
        }
        Optional<MicroBatch> smaller = MicroBatch.read(context.directory(), context.settings());
        if (smaller.isPresent()) {
            trainer.microBatch(smaller.get().images());
            context.note(smaller.get().described(context.settings()) + ", as memory ran out before");
        }
        return step;
    }

    /** One step; where memory does not suffice for it, the same step with half as many images at a time, again and again. */
    private static Trainer.Step step(StageContext context, Trainer trainer) throws IOException {
        while (true) {
            try {
                return trainer.step();
            } catch (OutOfMemoryException shortage) {
                String reason = "out of memory at step " + (trainer.steps() + 1) + ": " + shortage.getMessage();
                MicroBatch half = MicroBatch.half(trainer.microBatch(), reason)
                        .orElseThrow(() -> new SmallestBatchException(
                                reason + "; it is one image at a time already: train.gradient-checkpointing = true,"
                                        + " train.precision = bfloat16, fewer trials at once (--workers 1) or a machine with"
                                        + " more memory helps; `ditlab plan` tells what a trial takes",
                                shortage));
                half.write(context.directory());
                trainer.microBatch(half.images());
                context.note(reason + "; goes on with " + half.described(context.settings()) + ", the batch of "
                        + context.settings().get(TrainKnobs.BATCH) + " is kept");
            }
        }
    }

    /**
     * Makes what another training did up to its state this one's: weights of snapshots, rows of the metric log, and last the
     * state itself, so that an attempt that is cut here takes over once more. False when files of it are gone.
     */
    private static boolean takeOver(StageContext context, EarlierTraining earlier) throws IOException {
        Settings settings = context.settings();
        long last = earlier.state().step();
        try {
            for (int step : settings.get(TrainKnobs.SNAPSHOTS)) {
                if (step <= last) {
                    boolean ends = step == earlier.lineage().steps();
                    Path kept = earlier.stage().path().resolve(ends ? SampledWeights.AVERAGE.file() : snapshot(step));
                    ModelFile.write(context.directory().resolve(snapshot(step)), ModelFile.read(kept));
                }
            }
            int every = settings.get(TrainKnobs.LOG_EVERY);
            int steps = settings.get(TrainKnobs.STEPS);
            for (Map<String, Object> row : earlier.stage().curve()) {
                long step = ((Number) row.get("step")).longValue();
                if (step <= last && (step % every == 0 || step == steps)) {
                    context.log(row);
                }
            }
            Optional<Halving> halving = context.halving();
            if (halving.isPresent()) {
                halving.get().takeOver(earlier);
            }
            Optional<MicroBatch> own = MicroBatch.read(context.directory(), settings);
            Optional<MicroBatch> smaller = MicroBatch.read(earlier.stage().path(), settings);
            if (smaller.isPresent()
                    && (own.isEmpty() || smaller.get().images() < own.get().images())) {
                smaller.get().write(context.directory());
            }
            earlier.state().copyTo(context.directory());
            return true;
        } catch (NoSuchFileException | StudyException unusable) {
            context.note(earlier.id() + " is not continued: " + unusable.getMessage());
            return false;
        }
    }

    /** Whether a longer training may want to go on from the end of this one. */
    private static boolean keepsState(StageContext context) {
        return context.settings().get(TrainKnobs.KEEP_STATE)
                && context.settings().get(TrainKnobs.STEPS) > 0
                && !context.settings().get(TrainKnobs.LEARNING_RATE_SCHEDULE).dependsOnTotal();
    }

    /**
     * Trains to the end; gives the step at which the loss or a gradient ceased to be finite, or 0.
     *
     * @param begun the step whose state is kept: others that lie there may be damaged
     */
    private static long loop(StageContext context, Trainer trainer, long begun)
            throws IOException, InterruptedException, StoppedEarly {
        Settings settings = context.settings();
        int steps = settings.get(TrainKnobs.STEPS);
        int batch = settings.get(TrainKnobs.BATCH);
        int every = settings.get(TrainKnobs.LOG_EVERY);
        Set<Integer> snapshots = Set.copyOf(settings.get(TrainKnobs.SNAPSHOTS));
        long interval = settings.get(TrainKnobs.CHECKPOINT_SECONDS) * 1_000_000_000L;
        long saved = System.nanoTime();
        long kept = begun;
        Optional<Halving> halving = context.halving();
        while (trainer.steps() < steps) {
            if (halving.isPresent() && halving.get().at(trainer.steps())) {
                if (trainer.steps() != kept) {
                    trainer.save(context.directory());
                    kept = trainer.steps();
                }
                rung(context, trainer, halving.get());
            }
            if (context.stopRequested()) {
                if (trainer.steps() > 0) {
                    trainer.save(context.directory());
                }
                throw new InterruptedException("stopped at step " + trainer.steps());
            }
            Trainer.Step step = step(context, trainer);
            double rate = batch / step.seconds();
            if (!step.finite() || step.step() % every == 0 || step.step() == steps) {
                context.log(row(step, rate));
            }
            context.progress(step.step(), steps, step.loss(), rate);
            if (!step.finite()) {
                if (halving.isPresent()) {
                    halving.get().diverged(step.step());
                }
                return step.step();
            }
            // Before the checkpoint of this step, so that an attempt that goes on from there finds them.
            if (snapshots.contains((int) step.step())) {
                ModelFile.write(context.directory().resolve(snapshot(step.step())), trainer.averagedWeights());
            }
            if (System.nanoTime() - saved > interval) {
                trainer.save(context.directory());
                saved = System.nanoTime();
                kept = trainer.steps();
            }
        }
        return 0;
    }

    /**
     * Compares the training, whose state is saved, with others of its seed; before the next step, so that an attempt that goes on
     * from here does, too.
     */
    private static void rung(StageContext context, Trainer trainer, Halving halving)
            throws IOException, InterruptedException, StoppedEarly {
        long step = trainer.steps();
        switch (halving.metric()) {
            case TRAIN_LOSS -> halving.reach(step, trainer::recentLoss, trainer.seconds());
            case HELD_OUT -> halving.reach(step, () -> heldOut(context, trainer), trainer.seconds());
        }
    }

    /** The held-out loss of the averaged weights of now. */
    private static double heldOut(StageContext context, Trainer trainer) throws IOException, InterruptedException {
        Backend backend = context.backend();
        try (Scope root = backend.scope("rung");
                Modes modes = new Modes(backend, context.settings())) {
            Denoiser model = TrainedModel.folded(backend, context.settings(), trainer.averagedWeights());
            long steps = context.settings().get(TrainKnobs.STEPS);
            String text = "held-out loss at step " + trainer.steps();
            Map<String, Object> measured = HeldoutStage.of(context, model)
                    .measure(done -> context.progress(trainer.steps(), steps, text), context::stopRequested);
            return ((Number) measured.get("heldout.loss")).doubleValue();
        }
    }

    @Override
    public void finished(StageContext context) throws IOException {
        Object metrics = new StageDirectory(context.directory()).result().get("metrics");
        if (keepsState(context) && !(metrics instanceof Map<?, ?> map && map.containsKey(DIVERGED))) {
            Trainer.keepNewest(context.directory());
        } else {
            Trainer.clear(context.directory());
        }
    }

    private static Map<String, Object> row(Trainer.Step step, double rate) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("step", step.step());
        row.put("loss", step.loss());
        row.put("mse", step.mse());
        row.put("vb", step.vb());
        step.gradientNorm().ifPresent(norm -> row.put("grad_norm", norm));
        row.put("seconds", step.seconds());
        row.put("images_per_second", rate);
        return row;
    }

    private static StageResult result(Settings settings, Trainer trainer, long diverged) {
        Map<String, Object> metrics = new LinkedHashMap<>();
        Map<String, Object> timing = new LinkedHashMap<>();
        if (diverged > 0) {
            metrics.put(DIVERGED, diverged);
        } else if (trainer.steps() > 0) {
            metrics.put("train.loss", trainer.recentLoss());
            if (trainer.lossGrowth() > RISEN) {
                metrics.put(LOSS_GROWTH, trainer.lossGrowth());
            }
        }
        timing.put("train.seconds", trainer.seconds());
        if (trainer.steps() > 0) {
            double perStep = trainer.seconds() / trainer.steps();
            timing.put("train.seconds_per_step", perStep);
            timing.put("train.images_per_second", settings.get(TrainKnobs.BATCH) / perStep);
        }
        if (PeakMemory.bytes() > 0) {
            timing.put("train.peak_memory_bytes", PeakMemory.bytes());
        }
        return new StageResult(metrics, timing, Map.of());
    }
}
