package org.ditlab.study.plan;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.model.ModelCost;
import org.ditlab.study.StudySpec;
import org.ditlab.study.Variant;
import org.ditlab.study.spi.DataSummary;

/**
 * What a study expands to; nothing has run.
 *
 * @param data the data set of the base
 * @param sets the data sets of all variants
 * @param variants in the order of tables, the untrained model last; solved values are among their settings
 * @param trials in the order in which they should run: the first replicate of every variant, then the second, so that
 *     a study cut short still has every row
 * @param costs by variant name
 * @param matches the solved matches, in the order of the variants
 * @param done hashes of the stages that have a result already
 * @param missing what must be given before the plan can run, a complete sentence each
 * @param warnings complete sentences for the person who planned
 */
public record Plan(
        StudySpec spec,
        DataSummary data,
        List<DataSummary> sets,
        List<Variant> variants,
        List<Trial> trials,
        Map<String, ModelCost> costs,
        List<SolvedMatch> matches,
        Set<String> done,
        List<String> missing,
        List<String> warnings) {
    /** The virtual machine and libtorch with a tiny model, measured on a CPU. */
    static final double PROCESS_BYTES = 450e6;

    private static final int FLOAT_BYTES = 4;
    /** Weights, gradients, AdamW's two moments, the moving average. */
    private static final int COPIES_IN_TRAINING = 5;
    /** Forward and backward: DiT, arXiv:2212.09748, section 4 (training compute). */
    private static final int FORWARDS_PER_STEP = 3;

    public Plan {
        sets = List.copyOf(sets);
        variants = List.copyOf(variants);
        trials = List.copyOf(trials);
        costs = Map.copyOf(costs);
        matches = List.copyOf(matches);
        done = Set.copyOf(done);
        missing = List.copyOf(missing);
        warnings = List.copyOf(warnings);
    }

    /** What the trial's model costs. */
    public ModelCost cost(Trial trial) {
        ModelCost cost = costs.get(trial.variant());
        if (cost == null) {
            throw new IllegalArgumentException("trial " + trial.id() + " is not of this plan");
        }
        return cost;
    }

    /** Every stage once, those of earlier trials first. */
    public Collection<Stage> stages() {
        Map<String, Stage> byHash = new LinkedHashMap<>();
        trials.forEach(trial -> trial.stages().forEach(stage -> byHash.putIfAbsent(stage.hash(), stage)));
        return byHash.values();
    }

    public boolean done(Stage stage) {
        return done.contains(stage.hash());
    }

    /** Whether nothing of the trial is left to run. */
    public boolean cached(Trial trial) {
        return trial.stages().stream().allMatch(this::done);
    }

    /** Multiply-accumulates of the whole training: 3 x forward pass of the training graph x batch x steps. */
    public double trainingMacs(Trial trial) {
        return (double) FORWARDS_PER_STEP
                * cost(trial).macsTraining()
                * recipe(trial, "train.batch")
                * recipe(trial, "train.steps");
    }

    /**
     * An estimate of the memory that training takes: the process, float32 weights, gradients, moments and averages, and the
     * activations of the images that are computed at a time, as precision and checkpointing leave them.
     */
    public double memoryBytes(Trial trial) {
        Map<String, Object> settings = trial.settings().raw();
        double weights = (double) FLOAT_BYTES * cost(trial).parameters();
        if (recipe(trial, "train.steps") == 0) {
            return PROCESS_BYTES + weights;
        }
        int averages = settings.get("train.ema-decays") instanceof List<?> more ? more.size() : 0;
        double batch = recipe(trial, "train.batch");
        double part = recipe(trial, "train.micro-batch");
        long activations = cost(trial)
                .activationBytes(
                        Boolean.TRUE.equals(settings.get("train.gradient-checkpointing")),
                        "bf16".equals(settings.get("train.precision")));
        return PROCESS_BYTES
                + (COPIES_IN_TRAINING + averages) * weights
                + (part > 0 ? Math.min(part, batch) : batch) * activations;
    }

    private static double recipe(Trial trial, String knob) {
        return trial.settings().raw().get(knob) instanceof Number number ? number.doubleValue() : 0;
    }
}
