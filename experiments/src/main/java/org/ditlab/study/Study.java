package org.ditlab.study;

import java.nio.file.Path;
import java.util.List;
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
        return new Study(
                new StudySpec(name, "", "", Base.of("DiT-S/4"), Settings.empty(), new ListPlan(List.of()), 1, null));
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
        return copy(paper, spec.claim(), spec.base(), spec.recipe(), spec.plan(), spec.seeds(), spec.comparison());
    }

    /** What the study tests, in a sentence. */
    public Study claim(String claim) {
        return copy(spec.paper(), claim, spec.base(), spec.recipe(), spec.plan(), spec.seeds(), spec.comparison());
    }

    /** The model that variants start from, with architecture knobs set otherwise than in its preset. */
    public Study base(String model, Setting<?>... overrides) {
        Base base = Base.of(model, overrides);
        return copy(spec.paper(), spec.claim(), base, spec.recipe(), spec.plan(), spec.seeds(), spec.comparison());
    }

    /** Sets knobs of the recipe: data, training, sampling, measurement. Said twice, the later value holds. */
    public Study with(Setting<?>... settings) {
        Settings recipe = spec.recipe().with(Change.distinct("with", settings));
        return copy(spec.paper(), spec.claim(), spec.base(), recipe, spec.plan(), spec.seeds(), spec.comparison());
    }

    /** The base and a cumulative ladder on it. */
    public Study ladder(Step... steps) {
        return kind(new Ladder(List.of(steps)));
    }

    /** Independent variants of the base. */
    public Study list(Change... variants) {
        return kind(new ListPlan(List.of(variants)));
    }

    private Study kind(PlanKind plan) {
        return copy(spec.paper(), spec.claim(), spec.base(), spec.recipe(), plan, spec.seeds(), spec.comparison());
    }

    /** Number of replicates; the k-th replicate of every variant has seed k, so that differences are paired. */
    public Study seeds(int count) {
        return copy(spec.paper(), spec.claim(), spec.base(), spec.recipe(), spec.plan(), count, spec.comparison());
    }

    /** How the report compares variants. */
    public Study compare(Pairing pairedBy, Correction correction) {
        Comparison comparison = new Comparison(pairedBy, correction);
        return copy(spec.paper(), spec.claim(), spec.base(), spec.recipe(), spec.plan(), spec.seeds(), comparison);
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
            PlanKind plan,
            int seeds,
            @Nullable Comparison comparison) {
        return new Study(new StudySpec(spec.name(), paper, claim, base, recipe, plan, seeds, comparison));
    }
}
