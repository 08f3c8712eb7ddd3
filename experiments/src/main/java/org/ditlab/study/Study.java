package org.ditlab.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.Planner;
import org.ditlab.study.spi.UserFiles;
import org.jspecify.annotations.Nullable;

/**
 * The fluent form of a study. Immutable: every word returns a study with that much more said, and {@link #spec} ends the
 * sentence.
 *
 * <pre>{@code
 * Study.named("small-ladder")
 *         .base("DiT-S/4", DEPTH.to(3))
 *         .with(TrainKnobs.STEPS.to(1000), TrainKnobs.BATCH.to(64))
 *         .ladder(
 *                 rung("smaller patches", PATCH.to(2)),
 *                 control("narrow", WIDTH.to(192)).of("smaller patches"),
 *                 rung("deeper", DEPTH.to(4)))
 *         .seeds(3)
 *         .spec();
 * }</pre>
 */
public final class Study {
    private final StudySpec spec;

    private Study(StudySpec spec) {
        this.spec = spec;
    }

    /** A study of this name, so far of DiT-S/4 with one seed and no variants. */
    public static Study named(String name) {
        return new Study(new StudySpec(name, "", "", Base.of("DiT-S/4"), Settings.empty(), List.of(), 1, null, null));
    }

    /** A step that the following rungs stand on. */
    public static Rung rung(String name, Setting<?>... settings) {
        return new Rung(Change.of(name, settings));
    }

    /** A variant beside the ladder; say {@code .of("rung")} after it. */
    public static UnplacedControl control(String name, Setting<?>... settings) {
        return new UnplacedControl(Change.of(name, settings));
    }

    /** An independent variant of a list. */
    public static Change variant(String name, Setting<?>... settings) {
        return Change.of(name, settings);
    }

    /** The values of a knob, for a grid, a zip or random draws. */
    @SafeVarargs
    public static <V> Axis over(Knob<V> knob, V... values) {
        return new Axis.Values(knob, Stream.of(values).<Setting<?>>map(knob::to).toList());
    }

    /** Named changes, for a grid, a zip or random draws. */
    public static Axis over(String label, Change... changes) {
        return new Axis.Changes(label, List.of(changes));
    }

    /** The numbers from one to another, for random draws. */
    public static Axis.Range range(Knob<? extends Number> knob, double from, double to) {
        return new Axis.Range(knob, from, to, false, 0);
    }

    /**
     * The cost of another variant, of {@code base}, or of a model of the zoo, to be matched:
     * {@code rung("Slim").matching(gmacsOf("U-DiT").within(2, PERCENT).solving(WIDTH))}.
     */
    public static MatchTarget gmacsOf(String variantOrModel) {
        return new MatchTarget.Named(variantOrModel);
    }

    /** A cost in billions of multiply-accumulates, to be matched. */
    public static MatchTarget gmacs(double gmacs) {
        return new MatchTarget.Gmacs(gmacs);
    }

    /** The paper that is reproduced or built on. */
    public Study paper(String paper) {
        return copy(paper, spec.claim(), spec.base(), spec.recipe(), spec.plans(), spec.seeds(), spec.comparison());
    }

    /** What the study tests, in a sentence. */
    public Study claim(String claim) {
        return copy(spec.paper(), claim, spec.base(), spec.recipe(), spec.plans(), spec.seeds(), spec.comparison());
    }

    /** The model that variants start from, with architecture knobs set otherwise than in its preset. */
    public Study base(String model, Setting<?>... overrides) {
        Base base = Base.of(model, overrides);
        return copy(spec.paper(), spec.claim(), base, spec.recipe(), spec.plans(), spec.seeds(), spec.comparison());
    }

    /** Sets knobs of the recipe: data, training, sampling, measurement. Said twice, the later value holds. */
    public Study with(Setting<?>... settings) {
        Settings recipe = spec.recipe().with(Change.distinct("with", settings));
        return copy(spec.paper(), spec.claim(), spec.base(), recipe, spec.plans(), spec.seeds(), spec.comparison());
    }

    /** The base and a cumulative ladder on it. */
    public Study ladder(Step... steps) {
        return also(new Ladder(List.of(steps)));
    }

    /** Independent variants of the base. */
    public Study list(Change... variants) {
        return also(new ListPlan(List.of(variants)));
    }

    /** Variants that make others readable, each {@code .of} a variant of any kind. */
    public Study controls(Control... controls) {
        return also(new Controls(List.of(controls)));
    }

    /** All changes on the base, and all but each one. */
    public Study leaveOneOut(Change... changes) {
        return also(LeaveOneOut.of(changes));
    }

    /** All rungs of the ladder, and all but each one. */
    public Study alsoLeaveOneOut() {
        return also(LeaveOneOut.of());
    }

    /** The base, and the base with each single change. */
    public Study addOneIn(Change... changes) {
        return also(AddOneIn.of(changes));
    }

    /** The base, and the base with each single rung of the ladder. */
    public Study alsoAddOneIn() {
        return also(AddOneIn.of());
    }

    /** The rungs of the ladder in so many orders. */
    public Study alsoPermuted(int orders, long seed) {
        return also(PermutedLadder.of(orders, seed));
    }

    /** Every combination of some axes: {@code grid(over(WIDTH, 96, 192), over(DEPTH, 2, 4))}. */
    public Study grid(Axis... axes) {
        return also(GridPlan.of(axes));
    }

    /** The first values of all axes together, then the second ones, and so on. */
    public Study zip(Axis... axes) {
        return also(ZipPlan.of(axes));
    }

    /** Points drawn at random: {@code random(20, 1, range(LEARNING_RATE, 1e-5, 1e-3).logarithmic())}. */
    public Study random(int draws, long seed, Axis... axes) {
        return also(RandomPlan.of(draws, seed, axes));
    }

    /** One more plan kind; variants with equal settings run once, whatever kinds ask for them. */
    public Study also(PlanKind plan) {
        List<PlanKind> plans = new ArrayList<>(spec.plans());
        plans.add(plan);
        return copy(spec.paper(), spec.claim(), spec.base(), spec.recipe(), plans, spec.seeds(), spec.comparison());
    }

    /** Number of replicates; the k-th replicate of every variant has seed k, so that differences are paired. */
    public Study seeds(int count) {
        return copy(spec.paper(), spec.claim(), spec.base(), spec.recipe(), spec.plans(), count, spec.comparison());
    }

    /** How the report compares variants. */
    public Study compare(Pairing pairedBy, Correction correction) {
        Comparison comparison = new Comparison(pairedBy, correction);
        return copy(spec.paper(), spec.claim(), spec.base(), spec.recipe(), spec.plans(), spec.seeds(), comparison);
    }

    /** Which trainings are stopped on the way: {@code earlyStopping(EarlyStopping.at(500, 1500).keepingOneIn(3))}. */
    public Study earlyStopping(EarlyStopping policy) {
        return new Study(new StudySpec(
                spec.name(),
                spec.paper(),
                spec.claim(),
                spec.base(),
                spec.recipe(),
                spec.plans(),
                spec.seeds(),
                spec.comparison(),
                policy));
    }

    /**
     * The study as a value.
     *
     * @throws StudyException with everything that is wrong with it
     */
    public StudySpec spec() {
        return spec.checked();
    }

    /**
     * The plan, with what is installed and built-in data; nothing runs.
     *
     * @throws StudyException with everything that is wrong
     */
    public Plan plan() {
        return plan(Planner.installed(UserFiles.NONE));
    }

    /** The plan, with the user's data. */
    public Plan plan(Path data) {
        return plan(Planner.installed(UserFiles.data(data)));
    }

    /** The plan that a planner makes. */
    public Plan plan(Planner planner) {
        return planner.plan(spec());
    }

    private Study copy(
            String paper,
            String claim,
            Base base,
            Settings recipe,
            List<PlanKind> plans,
            int seeds,
            @Nullable Comparison comparison) {
        return new Study(
                new StudySpec(spec.name(), paper, claim, base, recipe, plans, seeds, comparison, spec.earlyStopping()));
    }
}
