package org.ditlab.study.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ditlab.study.EarlyStopping;
import org.ditlab.study.RungMetric;
import org.ditlab.study.StudyException;
import org.ditlab.study.StudySpec;
import org.ditlab.study.Text;
import org.ditlab.study.Variant;

/**
 * What early stopping means for the trainings of a plan.
 *
 * @param trainings those that come to a rung, each once, in the order of the plan
 * @param spared names of the planned variants that are never stopped
 */
public record StoppingPlan(EarlyStopping policy, List<Training> trainings, List<String> spared) {
    /**
     * A training that comes to a rung.
     *
     * @param stage id of its stage
     * @param rungs steps, rising; at least one
     * @param spared whether it is never stopped: a trial of a protected variant uses it
     * @param open whether it has no result yet
     * @param macs multiply-accumulates of the whole training
     */
    public record Training(
            String stage, long seed, List<Integer> rungs, long steps, boolean spared, boolean open, double macs) {
        /** What is saved when it stops at its first rung. */
        private double saved() {
            return macs * (steps - rungs.get(0)) / steps;
        }
    }

    public StoppingPlan {
        trainings = List.copyOf(trainings);
        spared = List.copyOf(spared);
    }

    /** Empty where the study stops nothing early. */
    public static Optional<StoppingPlan> of(Plan plan) {
        EarlyStopping policy = plan.spec().earlyStopping();
        if (policy == null) {
            return Optional.empty();
        }
        Set<String> spared = new HashSet<>();
        for (Variant variant : plan.variants()) {
            if (policy.protects(variant)) {
                spared.add(variant.name());
            }
        }
        // A name may be another variant's of equal settings, which runs for both.
        if (policy.protect() != null) {
            policy.protect().forEach(name -> spared.add(plan.variant(name)));
        }
        Map<String, Training> trainings = new LinkedHashMap<>();
        for (Trial trial : plan.trials()) {
            Stage stage = trial.stage(StageKind.TRAIN);
            long steps = trial.settings().raw("train.steps") instanceof Number number ? number.longValue() : 0;
            List<Integer> rungs = policy.rungs(steps);
            if (rungs.isEmpty()) {
                continue;
            }
            Training before = trainings.get(stage.id());
            boolean kept = spared.contains(trial.variant()) || before != null && before.spared();
            trainings.put(
                    stage.id(),
                    new Training(
                            stage.id(), trial.seed(), rungs, steps, kept, !plan.done(stage), plan.trainingMacs(trial)));
        }
        List<String> names = plan.variants().stream()
                .map(Variant::name)
                .filter(spared::contains)
                .toList();
        return Optional.of(new StoppingPlan(policy, List.copyOf(trainings.values()), names));
    }

    /** Whether this training comes to a rung, has no result yet, and may be stopped. */
    public boolean stops(Stage training) {
        return trainings.stream().anyMatch(one -> one.stage().equals(training.id()) && one.open() && !one.spared());
    }

    /**
     * Refuses a policy that compares by what some trials do not have.
     *
     * @throws StudyException naming the variants
     */
    static void check(StudySpec spec, List<Trial> trials) {
        EarlyStopping policy = spec.earlyStopping();
        if (policy == null || policy.metric() != RungMetric.HELD_OUT) {
            return;
        }
        List<String> without = trials.stream()
                .filter(trial -> !Extras.of(trial.settings()).heldOut())
                .map(Trial::variant)
                .filter(variant -> !variant.equals(Variant.UNTRAINED))
                .distinct()
                .limit(3)
                .toList();
        if (!without.isEmpty()) {
            throw new StudyException("study " + Text.quote(spec.name()) + ": " + EarlyStopping.WORD
                    + "/metric: held-out needs held-out images, which "
                    + without.stream().map(Text::quote).collect(Collectors.joining(", ")) + " lack; set "
                    + Extras.HELD_OUT + " above 0 (of latents " + Extras.LATENTS_HELD_OUT
                    + ", too), or compare by train.loss");
        }
    }

    /** The steps of all rungs, rising. */
    public List<Integer> rungs() {
        TreeSet<Integer> steps = new TreeSet<>();
        trainings.forEach(training -> steps.addAll(training.rungs()));
        return List.copyOf(steps);
    }

    /**
     * The most trainings that can be stopped. Of the n of a seed the first {@code factor - 1} that come to a rung go on whatever
     * comes; each of the others stops at the first rung where it comes after a better one.
     */
    public int most() {
        return most(new ArrayList<>());
    }

    private int most(List<Training> stopped) {
        Map<Long, List<Training>> bySeed = new TreeMap<>();
        trainings.forEach(training -> bySeed.computeIfAbsent(training.seed(), seed -> new ArrayList<>())
                .add(training));
        for (List<Training> seed : bySeed.values()) {
            seed.stream()
                    .filter(training -> training.open() && !training.spared())
                    .sorted(Comparator.comparingDouble(Training::saved).reversed())
                    .limit(Math.max(0, seed.size() - policy.factor() + 1))
                    .forEach(stopped::add);
        }
        return stopped.size();
    }

    /** The largest share of the arithmetic of these trainings that can be saved, in [0, 1]. */
    public double saving() {
        List<Training> stopped = new ArrayList<>();
        most(stopped);
        double all = trainings.stream()
                .filter(Training::open)
                .mapToDouble(Training::macs)
                .sum();
        return all == 0 ? 0 : stopped.stream().mapToDouble(Training::saved).sum() / all;
    }

    /** A line for a person. */
    public String sentence() {
        String by = "early stopping by " + policy.metric().word();
        if (trainings.isEmpty()) {
            return by + ": no training is longer than its first rung, nothing is stopped";
        }
        long open = trainings.stream().filter(Training::open).count();
        if (open == 0) {
            return by + ": every training that comes to a rung is done, nothing is left to stop";
        }
        return by + " at steps "
                + rungs().stream().map(String::valueOf).collect(Collectors.joining(", ")) + ", 1 in " + policy.factor()
                + " goes on: at most " + most() + " of " + open + " trainings to run are stopped, which saves at most "
                + Math.round(100 * saving()) + " % of their arithmetic; never stopped: "
                + (spared.isEmpty() ? "none" : String.join(", ", spared));
    }

    /** For {@code plan --format json}. */
    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("policy", policy.hash());
        tree.put("metric", policy.metric().word());
        tree.put("rungs", rungs());
        tree.put("factor", policy.factor());
        tree.put("protected", spared);
        tree.put("most_stopped", most());
        tree.put("most_saved", saving());
        return tree;
    }
}
