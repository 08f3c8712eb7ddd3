package org.ditlab.study.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ditlab.model.ModelCost;
import org.ditlab.study.GroupMember;
import org.ditlab.study.PlanGroup;
import org.ditlab.study.StudySpec;
import org.ditlab.study.Variant;
import org.ditlab.study.spi.Begun;
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
 * @param begun by stage hash, how far trainings are that have no result yet
 * @param missing what must be given before the plan can run, a complete sentence each
 * @param warnings complete sentences for the person who planned
 * @param groups what each plan kind of the study came to; variants of equal settings are one, which stands in the groups of
 *     all
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
        Map<String, Begun> begun,
        List<String> missing,
        List<String> warnings,
        List<PlanGroup> groups) {
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
        begun = Map.copyOf(begun);
        missing = List.copyOf(missing);
        warnings = List.copyOf(warnings);
        groups = List.copyOf(groups);
    }

    /** The variant of this name, or the one that a group knows by this name; the name itself where there is none. */
    public String variant(String name) {
        if (variants.stream().anyMatch(variant -> variant.name().equals(name))) {
            return name;
        }
        return groups.stream()
                .flatMap(group -> group.members().stream())
                .filter(member -> member.name().equals(name))
                .map(GroupMember::variant)
                .findFirst()
                .orElse(name);
    }

    /** The groups that each variant stands in, with what it is there, for {@code trial.json}. */
    public Map<String, List<Map<String, Object>>> memberships() {
        Map<String, List<Map<String, Object>>> memberships = new LinkedHashMap<>();
        for (int i = 0; i < groups.size(); i++) {
            PlanGroup group = groups.get(i);
            for (GroupMember member : group.members()) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("group", i);
                row.put("kind", group.kind());
                row.put("label", group.label());
                Map<String, Object> own = member.tree();
                own.remove("variant");
                row.putAll(own);
                memberships
                        .computeIfAbsent(member.variant(), name -> new ArrayList<>())
                        .add(row);
            }
        }
        return memberships;
    }

    /** What the trial's model costs. */
    public ModelCost cost(Trial trial) {
        ModelCost cost = costs.get(trial.variant());
        if (cost == null) {
            throw new IllegalArgumentException("trial " + trial.id() + " is not of this plan");
        }
        return cost;
    }

    /** What there is to do and what each piece of it needs. */
    public StageGraph graph() {
        return StageGraph.of(trials);
    }

    /** Every stage once, after those that it uses. */
    public List<Stage> stages() {
        return graph().order();
    }

    public boolean done(Stage stage) {
        return done.contains(stage.hash());
    }

    /** The state that a stage without a result goes on from; empty when it begins anew. */
    public Optional<Begun> begun(Stage stage) {
        return Optional.ofNullable(begun.get(stage.hash()));
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
        return trial.settings().raw(knob) instanceof Number number ? number.doubleValue() : 0;
    }
}
