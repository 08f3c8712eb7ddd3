package org.ditlab.run.estimate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.ditlab.diffusion.sampler.ImageSampler;
import org.ditlab.diffusion.sampler.SampleKnobs;
import org.ditlab.diffusion.sampler.Samplers;
import org.ditlab.knob.Settings;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelCost;
import org.ditlab.model.ModelZoo;
import org.ditlab.run.BackendChoice;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.train.Modes;
import org.ditlab.train.Precision;
import org.ditlab.train.StepBenchmark;
import org.ditlab.train.TrainKnobs;
import org.ditlab.train.Trainer;

/**
 * Measures some training steps and calls of the sampler, of the smallest and the largest variant of a plan, on meaningless
 * images: about a second each. Where a step takes longer than that, it is measured with fewer images.
 */
public final class Calibration {
    private static final double SECONDS = 1;
    private static final int MOST_PIECES = 200;
    /** Steps that tell how many images are too many. */
    private static final int FEW = 6;

    private static final int SAMPLER_STEPS = 2;

    private final Engine engine;
    private final Backend backend;

    private Calibration(Engine engine, Backend backend) {
        this.engine = engine;
        this.backend = backend;
    }

    /** Measures, in this process. */
    public static List<Throughput> measure(Plan plan, BackendChoice choice, int threads) {
        try (Backend backend = choice.provider().open(choice.device(), threads)) {
            Calibration calibration = new Calibration(Engine.here(choice, threads), backend);
            List<Throughput> rows = new ArrayList<>();
            for (Trial trial : extremes(plan)) {
                if (rows.isEmpty()) {
                    // Until the code that runs is compiled, steps say nothing.
                    calibration.training(trial.settings(), plan.cost(trial));
                }
                Throughput training = calibration.training(trial.settings(), plan.cost(trial));
                rows.add(training);
                if (trial.stages().stream().anyMatch(stage -> stage.kind() == StageKind.SAMPLE)) {
                    double rate = training.work().macs() / training.seconds();
                    rows.add(calibration.sampling(trial.settings(), plan.cost(trial), rate));
                }
            }
            return rows;
        }
    }

    /** A trial of the smallest and one of the largest model in each precision, one where they are equal. */
    static List<Trial> extremes(Plan plan) {
        Map<Precision, List<Trial>> trials = new LinkedHashMap<>();
        plan.trials()
                .forEach(trial -> trials.computeIfAbsent(
                                trial.settings().get(TrainKnobs.PRECISION), precision -> new ArrayList<>())
                        .add(trial));
        Comparator<Trial> bySize = Comparator.comparingDouble(trial ->
                plan.cost(trial).macsTraining() * (double) trial.settings().get(TrainKnobs.BATCH));
        List<Trial> extremes = new ArrayList<>();
        for (List<Trial> some : trials.values()) {
            Trial least = some.stream().min(bySize).orElseThrow();
            Trial most = some.stream().max(bySize).orElseThrow();
            extremes.add(least);
            if (bySize.compare(least, most) < 0) {
                extremes.add(most);
            }
        }
        return extremes;
    }

    private Throughput training(Settings settings, ModelCost cost) {
        int whole = settings.get(TrainKnobs.BATCH);
        int batch = 1;
        double probed = steps(settings, batch, FEW);
        while (batch < whole && probed < SECONDS / 2) {
            batch = (int) Math.min(whole, Math.max(batch + 1, batch * SECONDS / probed));
            probed = steps(settings, batch, FEW);
        }
        double seconds = probed > SECONDS ? probed : steps(settings, batch, MOST_PIECES);
        return new Throughput(engine, Work.training(settings, cost, batch), seconds, "");
    }

    private double steps(Settings settings, int batch, int most) {
        try (Trainer trainer = StepBenchmark.trainer(backend, settings.with(TrainKnobs.BATCH.to(batch)))) {
            return median(most, () -> trainer.step().seconds());
        }
    }

    /** @param rate of training, in multiply-accumulates a second: how many images a second will do for */
    private Throughput sampling(Settings settings, ModelCost cost, double rate) {
        Settings few = settings.with(SampleKnobs.STEPS.to(SAMPLER_STEPS));
        int calls = Samplers.evaluations(few);
        double ofOne = Work.sampling(few, cost, 1).macs() * calls / rate;
        int images = (int) Math.max(1, Math.min(ImageSampler.CHUNK, SECONDS / ofOne));
        try (Scope scope = backend.scope("calibration");
                Modes modes = new Modes(backend, settings)) {
            Denoiser model = ModelZoo.build(settings);
            model.materialize(backend, new Streams(1));
            ImageSampler sampler = new ImageSampler(backend, model.folded(), few, 1).inChunksOf(images);
            double seconds = median(MOST_PIECES, () -> {
                long start = System.nanoTime();
                sampler.chunk(0, images);
                return (System.nanoTime() - start) / 1e9;
            });
            return new Throughput(engine, Work.sampling(few, cost, images), seconds / calls, "");
        }
    }

    /** The median of the later half of so many pieces, or of those that fit into the time, two at least. */
    private static double median(int most, DoubleSupplier piece) {
        double[] seconds = new double[most];
        double sum = 0;
        int done = 0;
        while (done < 2 || done < most && sum < SECONDS) {
            seconds[done] = piece.getAsDouble();
            sum += seconds[done++];
        }
        return Median.of(Arrays.copyOfRange(seconds, done / 2, done));
    }
}
