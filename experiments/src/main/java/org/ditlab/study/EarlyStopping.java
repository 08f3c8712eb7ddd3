package org.ditlab.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Asynchronous successive halving in its stopping form: a training that comes to a rung, a step on the way, goes on when it is
 * among the best {@code ceil(n / factor)} of the n trainings of its seed that have come there, else it stops. Part of a study
 * and of no hash. Source: Li et al., arXiv:1810.05934, section 3.
 *
 * @param rungs steps, rising; empty where {@code first} says them
 * @param first the first of the steps {@code first, first x factor, first x factor^2, ...}; 0 where {@code rungs} says them
 * @param factor one training in so many goes on
 * @param protect names of variants that are never stopped; null for the base and the controls
 */
public record EarlyStopping(
        RungMetric metric,
        List<Integer> rungs,
        int first,
        int factor,
        @Nullable List<String> protect) {
    public static final String WORD = "early-stopping";

    public static final int DEFAULT_FACTOR = 3;
    public static final int MAX_FACTOR = 100;
    public static final int MAX_RUNGS = 64;

    /** Any parts; {@link #problems} says whether they hold together. */
    public EarlyStopping {
        rungs = List.copyOf(rungs);
        protect = protect == null ? null : List.copyOf(protect);
    }

    /** At these steps, by the training loss; one in three goes on. */
    public static EarlyStopping at(int... steps) {
        List<Integer> rungs = IntStream.of(steps).boxed().toList();
        return new EarlyStopping(RungMetric.TRAIN_LOSS, rungs, 0, DEFAULT_FACTOR, null);
    }

    /** At a step and its multiples by powers of the factor, by the training loss; one in three goes on. */
    public static EarlyStopping from(int first) {
        return new EarlyStopping(RungMetric.TRAIN_LOSS, List.of(), first, DEFAULT_FACTOR, null);
    }

    /** The same by another metric. */
    public EarlyStopping by(RungMetric other) {
        return new EarlyStopping(other, rungs, first, factor, protect);
    }

    /** The same with one training in so many that goes on. */
    public EarlyStopping keepingOneIn(int trainings) {
        return new EarlyStopping(metric, rungs, first, trainings, protect);
    }

    /** The same with exactly these variants never stopped. */
    public EarlyStopping protecting(String... variants) {
        return new EarlyStopping(metric, rungs, first, factor, List.of(variants));
    }

    /** The rungs of a training: those before its last step. */
    public List<Integer> rungs(long steps) {
        if (first <= 0) {
            return rungs.stream().filter(rung -> rung < steps).toList();
        }
        List<Integer> found = new ArrayList<>();
        for (long rung = first; rung < steps && rung <= Integer.MAX_VALUE; rung *= factor) {
            found.add((int) rung);
        }
        return List.copyOf(found);
    }

    /** Whether a variant is never stopped. */
    public boolean protects(Variant variant) {
        return protect == null
                ? variant.role() == VariantRole.BASE || variant.role() == VariantRole.CONTROL
                : protect.contains(variant.name());
    }

    /** Maps, lists and raw values in the layout of the YAML form. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("metric", metric.word());
        if (first > 0) {
            tree.put("first", first);
        } else {
            tree.put("rungs", rungs);
        }
        tree.put("factor", factor);
        if (protect != null) {
            tree.put("protect", protect);
        }
        return tree;
    }

    /** What tells this policy from another: 12 hex digits. */
    public String hash() {
        return CanonicalJson.hash(tree()).substring(0, 12);
    }

    /** What is wrong, when the study has variants of these names. */
    List<SpecProblem> problems(List<String> variants) {
        List<SpecProblem> problems = new ArrayList<>();
        if (rungs.isEmpty() == (first <= 0)) {
            problems.add(new SpecProblem(
                    WORD, "expected either rungs, the steps at which trainings are compared, or first, a step", ""));
        }
        if (rungs.size() > MAX_RUNGS) {
            problems.add(new SpecProblem(
                    WORD + "/rungs", rungs.size() + " rungs are too many; expected at most " + MAX_RUNGS, ""));
        }
        for (int i = 0; i < rungs.size(); i++) {
            if (rungs.get(i) < 1 || i > 0 && rungs.get(i) <= rungs.get(i - 1)) {
                problems.add(new SpecProblem(
                        WORD + "/rungs", "rungs are " + rungs + "; expected each step once, in rising order", ""));
                break;
            }
        }
        if (factor < 2 || factor > MAX_FACTOR) {
            problems.add(new SpecProblem(
                    WORD + "/factor", "factor is " + factor + "; expected a whole number from 2 to " + MAX_FACTOR, ""));
        }
        for (String name : protect == null ? List.<String>of() : protect) {
            if (!variants.contains(name)) {
                problems.add(new SpecProblem(
                        WORD + "/protect",
                        "there is no variant " + Text.quote(name) + " to protect; expected names of variants",
                        Spelling.remark(name, variants)));
            }
        }
        return problems;
    }
}
