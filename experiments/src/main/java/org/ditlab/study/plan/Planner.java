package org.ditlab.study.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureException;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.ModelCost;
import org.ditlab.study.CanonicalJson;
import org.ditlab.study.Change;
import org.ditlab.study.Expansion;
import org.ditlab.study.Knobs;
import org.ditlab.study.Section;
import org.ditlab.study.StudyException;
import org.ditlab.study.StudySpec;
import org.ditlab.study.Text;
import org.ditlab.study.Variant;
import org.ditlab.study.VariantRole;
import org.ditlab.study.plan.Resolver.Resolved;
import org.ditlab.study.spi.Begun;
import org.ditlab.study.spi.Cached;
import org.ditlab.study.spi.Catalog;
import org.ditlab.study.spi.DataSummary;
import org.ditlab.study.spi.ExtractorSummary;
import org.ditlab.study.spi.UserFiles;
import org.ditlab.tensor.ShapeException;

/**
 * Expands a study into a plan: resolves every knob, solves the matches, builds and counts every variant, fixes the hashes. Immutable; the
 * words return a planner with that much more said.
 *
 * <p>The k-th replicate of every variant has seed k, so that differences between variants are paired. To the variants of
 * the study comes {@code untrained}, the base with {@code train.steps = 0}, with one replicate.
 */
public final class Planner {
    /** Most trials of a plan. */
    public static final int MOST_TRIALS = 500_000;

    private static final String STEPS = "train.steps";

    private final Knobs knobs;
    private final Function<Settings, DataSummary> data;
    private final BiFunction<Settings, DataSummary, ExtractorSummary> extractor;
    private final Cached cached;
    private final Map<String, String> places;
    private final Map<String, String> set;
    private final Map<String, String> excerpts;
    private final Function<Settings, ModelCost> cost;

    /**
     * A planner that knows these knobs.
     *
     * @param data looks at the data set that settings name; called once for each distinct choice of {@code data.*}
     */
    public Planner(Knobs knobs, Function<Settings, DataSummary> data) {
        this(
                knobs,
                data,
                (settings, set) -> ExtractorSummary.OWN,
                Cached.nothing(),
                Map.of(),
                Map.of(),
                Map.of(),
                ModelCost::of);
    }

    private Planner(
            Knobs knobs,
            Function<Settings, DataSummary> data,
            BiFunction<Settings, DataSummary, ExtractorSummary> extractor,
            Cached cached,
            Map<String, String> places,
            Map<String, String> set,
            Map<String, String> excerpts,
            Function<Settings, ModelCost> cost) {
        this.knobs = knobs;
        this.data = data;
        this.extractor = extractor;
        this.cached = cached;
        this.places = Map.copyOf(places);
        this.set = Map.copyOf(set);
        this.excerpts = Map.copyOf(excerpts);
        this.cost = cost;
    }

    /** A planner over the catalogs on the class path. */
    public static Planner installed(UserFiles files) {
        for (Catalog catalog : ServiceLoader.load(Catalog.class)) {
            if (catalog.knobs().stream().anyMatch(knob -> Section.of(knob) == Section.DATA)) {
                return new Planner(
                        Knobs.installed(),
                        settings -> catalog.data(settings, files.data()),
                        (settings, set) -> catalog.extractor(settings, set, files),
                        Cached.nothing(),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        ModelCost::of);
            }
        }
        throw new StudyException("no data sets are installed; expected DiTLab's runner on the class path");
    }

    /** Says which stages are done already. */
    public Planner cached(Cached stages) {
        return new Planner(knobs, data, extractor, stages, places, set, excerpts, cost);
    }

    /** Says where variants stand in a file, by name: {@code quickstart.yaml:13:5}. */
    public Planner places(Map<String, String> variants) {
        return places(variants, Map.of(), Map.of());
    }

    /**
     * Says where the parts of a study stand in its file.
     *
     * @param variants where variants stand, by name
     * @param parts where its base and sections set knobs, by name; where exclusions stand, as {@link Expansion#warnings} has it
     * @param excerpts the lines to show under a message, by place
     */
    public Planner places(Map<String, String> variants, Map<String, String> parts, Map<String, String> excerpts) {
        return new Planner(knobs, data, extractor, cached, variants, parts, excerpts, cost);
    }

    /** Counts models otherwise than by {@link ModelCost#of(Settings)}. */
    public Planner cost(Function<Settings, ModelCost> counter) {
        return new Planner(knobs, data, extractor, cached, places, set, excerpts, counter);
    }

    /**
     * The plan of a study.
     *
     * @throws StudyException with everything that is wrong, naming the variants
     */
    public Plan plan(StudySpec spec) {
        Expansion expansion = spec.checked().expansion();
        VariantSelection selection = new VariantSelection(spec, expansion);
        Resolver resolver = new Resolver(knobs, data);
        Set<String> problems = new LinkedHashSet<>();
        Map<Settings, ModelCost> counted = new HashMap<>();
        Map<String, ModelCost> costs = new HashMap<>();
        List<String> shared = new ArrayList<>();
        Resolved base = resolver.resolve(spec, Variant.base(), shared);
        guidance(base.settings(), shared);
        Set<String> ofBase = new LinkedHashSet<>();
        List<Variant> blocked = new ArrayList<>();
        DataSummary summary = base.data();
        MatchResolver matches = new MatchResolver(
                spec,
                variants(expansion.variants()),
                expansion.steps(),
                resolver,
                architecture -> counted.computeIfAbsent(architecture, cost));
        for (Variant variant : matches.variants()) {
            List<String> wrong = new ArrayList<>();
            Resolved one = resolver.resolve(spec, variant, wrong);
            guidance(one.settings(), wrong);
            // What is wrong with the base too is said once; a list's base does not run.
            wrong.stream().filter(shared::contains).forEach(problem -> ofBase.add(ofBase(spec, problem)));
            wrong.removeAll(shared);
            count(one, matches, counted, costs, wrong);
            if (wrong.isEmpty() && !matches.isOpen(variant.name())) {
                selection.take(one);
            } else if (wrong.isEmpty()) {
                blocked.add(variant);
            } else if (!selection.refuse(variant.name(), wrong)) {
                wrong.forEach(problem -> problems.add(of(spec, variant, problem)));
            }
        }
        problems.addAll(selection.problems(places, this::shown));
        for (Variant variant : problems.isEmpty() ? blocked : List.<Variant>of()) {
            List<String> why =
                    List.of("the variant whose cost it matches cannot be built and is left out; match another");
            if (!selection.refuse(variant.name(), why)) {
                problems.add(of(spec, variant, why.get(0)));
            }
        }
        if (!problems.isEmpty() || !ofBase.isEmpty()) {
            ofBase.addAll(problems);
            throw new StudyException(List.copyOf(ofBase));
        }
        List<Resolved> resolved = selection.kept();
        List<String> emptied = selection.emptied();
        if (!emptied.isEmpty()
                && resolved.stream().allMatch(one -> one.variant().role() == VariantRole.UNTRAINED)) {
            throw new StudyException(emptied.stream()
                    .map(kind -> at(
                            kind + "/exclude",
                            "every variant of " + kind
                                    + " is left out, so that nothing is trained; exclude less, or list other values"))
                    .toList());
        }
        if ((long) resolved.size() * spec.seeds() > MOST_TRIALS) {
            throw new StudyException("study " + Text.quote(spec.name()) + ": " + resolved.size() + " variants with "
                    + spec.seeds() + " seeds each are more than " + MOST_TRIALS + " trials; expected fewer");
        }
        costs.keySet().removeIf(variant -> !selection.isKept(variant));
        Map<Settings, ExtractorSummary> extractors = new LinkedHashMap<>();
        Map<String, ExtractorSummary> own = new HashMap<>();
        for (Resolved one : resolved) {
            if (!one.data().latent()) {
                own.put(
                        one.variant().name(),
                        extractors.computeIfAbsent(
                                measuring(one.settings()), settings -> extractor.apply(settings, one.data())));
            }
        }
        List<Trial> trials = trials(spec, resolved, own);
        StoppingPlan.check(spec, trials);
        Set<String> done = done(trials);
        List<DataSummary> sets =
                resolved.stream().map(Resolved::data).distinct().toList();
        return new Plan(
                spec,
                summary,
                sets,
                resolved.stream().map(Resolved::variant).toList(),
                trials,
                costs,
                matches.solved().stream()
                        .filter(match -> selection.isPlanned(match.variant()))
                        .toList(),
                done,
                begun(trials, done),
                missing(sets, extractors.values()),
                warnings(spec, trials, sets, resolved, warnings(expansion, selection)),
                selection.groups());
    }

    private List<String> warnings(Expansion expansion, VariantSelection selection) {
        List<String> warnings = new ArrayList<>(selection.warnings());
        expansion.warnings().forEach(warning -> warnings.add(at(warning.place(), warning.text())));
        selection
                .emptied()
                .forEach(kind -> warnings.add(at(kind + "/exclude", "every variant of " + kind + " is left out")));
        return warnings;
    }

    private String at(String part, String text) {
        String where = set.get(part);
        return where == null ? part + ": " + text : shown(where, text);
    }

    private List<String> warnings(
            StudySpec spec,
            List<Trial> trials,
            List<DataSummary> sets,
            List<Resolved> resolved,
            List<String> selected) {
        List<String> warnings = new ArrayList<>(PlanWarnings.of(spec, trials, sets));
        warnings.addAll(selected);
        Map<String, DataSummary> data = new HashMap<>();
        resolved.forEach(one -> data.put(one.variant().name(), one.data()));
        long again = trials.stream()
                .filter(trial -> trainedWithoutSnapshots(trial, data.get(trial.variant())))
                .count();
        if (again > 0) {
            warnings.add(again + (again == 1 ? " trial is" : " trials are") + " trained already without "
                    + Extras.SNAPSHOTS + ", so that the weights of these steps are gone: "
                    + (again == 1 ? "it is" : "they are") + " trained again");
        }
        return warnings;
    }

    /** Whether what is to be trained with snapshots is there without them. */
    private boolean trainedWithoutSnapshots(Trial trial, DataSummary set) {
        return !Extras.of(trial.settings()).snapshots().isEmpty()
                && !cached.done(trial.stage(StageKind.TRAIN))
                && cached.done(StageFactory.train(Extras.withoutSnapshots(trial.settings()), trial.seed(), set));
    }

    private static Settings measuring(Settings settings) {
        return settings.filter(knob -> Section.of(knob) == Section.MEASURE || Section.of(knob) == Section.SAMPLE);
    }

    /** What must be given before this can run. */
    private static List<String> missing(List<DataSummary> sets, Collection<ExtractorSummary> extractors) {
        List<String> missing = new ArrayList<>();
        sets.stream()
                .filter(data -> !data.given())
                .findFirst()
                .ifPresent(data -> missing.add(data.name()
                        + " are planned without data, their shape is assumed: add --data PATH (latents: an .npz or .npy file, or a"
                        + " folder of features and labels)"));
        extractors.stream()
                .map(ExtractorSummary::missing)
                .filter(Objects::nonNull)
                .distinct()
                .forEach(missing::add);
        return missing;
    }

    private void count(
            Resolved one,
            MatchResolver matches,
            Map<Settings, ModelCost> counted,
            Map<String, ModelCost> costs,
            List<String> wrong) {
        String variant = one.variant().name();
        String unsolved = matches.problem(one.variant());
        if (unsolved != null) {
            wrong.add(unsolved);
        }
        if (matches.isOpen(variant)) {
            return;
        }
        try {
            costs.put(variant, counted.computeIfAbsent(Resolver.architecture(one.settings()), cost));
        } catch (ArchitectureException | ShapeException e) {
            wrong.add(String.valueOf(e.getMessage()));
        }
    }

    private List<Variant> variants(List<Variant> expanded) {
        List<Variant> variants = new ArrayList<>(expanded);
        knobs.find(STEPS).ifPresent(steps -> {
            Change change = Change.of(Variant.UNTRAINED, steps.parse(0L));
            variants.add(
                    new Variant(Variant.UNTRAINED, VariantRole.UNTRAINED, Variant.BASE, change, change.settings()));
        });
        return variants;
    }

    private static List<Trial> trials(
            StudySpec spec, List<Resolved> resolved, Map<String, ExtractorSummary> extractors) {
        List<List<Trial>> replicates = new ArrayList<>();
        for (int replicate = 1; replicate <= spec.seeds(); replicate++) {
            replicates.add(new ArrayList<>());
        }
        for (Resolved one : resolved) {
            String name = one.variant().name();
            String weights = extractors.getOrDefault(name, ExtractorSummary.OWN).fingerprint();
            StageFactory factory = new StageFactory(one.settings(), one.data(), weights);
            boolean untrained = one.variant().role() == VariantRole.UNTRAINED;
            for (int replicate = 1; replicate <= (untrained ? 1 : spec.seeds()); replicate++) {
                long seed = replicate;
                List<Stage> stages = factory.stages(seed);
                String hash = factory.trialHash(name, seed, stages);
                replicates.get(replicate - 1).add(new Trial(hash, name, replicate, seed, one.settings(), stages));
            }
        }
        return replicates.stream().flatMap(List::stream).toList();
    }

    private Set<String> done(List<Trial> trials) {
        Map<String, Boolean> asked = new HashMap<>();
        trials.forEach(trial ->
                trial.stages().forEach(stage -> asked.computeIfAbsent(stage.hash(), hash -> cached.done(stage))));
        asked.values().removeIf(done -> !done);
        return asked.keySet();
    }

    private Map<String, Begun> begun(List<Trial> trials, Set<String> done) {
        Map<String, Begun> begun = new HashMap<>();
        Set<String> asked = new HashSet<>(done);
        for (Trial trial : trials) {
            Stage train = trial.stage(StageKind.TRAIN);
            if (asked.add(train.hash())) {
                cached.begun(train).ifPresent(state -> begun.put(train.hash(), state));
            }
        }
        return begun;
    }

    /** Classifier-free guidance asks the model about "no label", which only training with dropped labels teaches it. */
    private void guidance(Settings settings, List<String> problems) {
        Knob<?> guidance = knobs.find("sample.guidance").orElse(null);
        if (guidance != null
                && settings.get(guidance) instanceof Double scale
                && scale != 1
                && settings.get(ArchitectureKnobs.CLASS_DROPOUT) == 0) {
            problems.add(
                    "sample.guidance is " + CanonicalJson.number(scale)
                            + " but class-dropout is 0, so the model has no null class; set class-dropout above 0, or guidance to 1");
        }
    }

    /** A problem of the base, where the knob that it begins with is set. */
    private String ofBase(StudySpec spec, String problem) {
        String where = set.get(problem.substring(0, Math.max(0, problem.indexOf(' '))));
        return where == null ? of(spec, Variant.base(), problem) : shown(where, problem);
    }

    private String of(StudySpec spec, Variant variant, String problem) {
        String where = places.get(variant.name());
        String text = "variant " + Text.quote(variant.name()) + ": " + problem;
        return where == null ? "study " + Text.quote(spec.name()) + ": " + text : shown(where, text);
    }

    /** A message with its place in front and the line it is about below. */
    private String shown(String where, String text) {
        String excerpt = excerpts.get(where);
        return where + "  " + text + (excerpt == null ? "" : System.lineSeparator() + excerpt);
    }
}
