package org.ditlab.study.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureException;
import org.ditlab.model.ModelCost;
import org.ditlab.study.Match;
import org.ditlab.study.MatchGraph;
import org.ditlab.study.MatchTarget;
import org.ditlab.study.StudySpec;
import org.ditlab.study.Variant;
import org.ditlab.study.plan.Resolver.Resolved;
import org.ditlab.study.solve.Candidate;
import org.ditlab.study.solve.KnobSolver;
import org.ditlab.study.solve.UnsolvableException;
import org.ditlab.tensor.ShapeException;
import org.jspecify.annotations.Nullable;

/**
 * Solves the matches of a study, targets first, and lays the solved values over the settings of the variants that have
 * them and of those that stand on these.
 */
final class MatchResolver {
    private static final double GIGA = 1e9;

    private final StudySpec spec;
    private final Resolver resolver;
    private final Function<Settings, ModelCost> cost;
    private final MatchGraph graph;
    private final List<Variant> variants = new ArrayList<>();
    private final Map<String, Variant> steps = new HashMap<>();
    private final Map<String, Variant> resolved = new HashMap<>();
    private final Map<String, SolvedMatch> solved = new HashMap<>();
    private final Map<String, String> problems = new HashMap<>();
    private final Set<String> open = new HashSet<>();

    /**
     * Solves at once; variants whose match cannot be solved have a problem, those that need them are left open.
     *
     * @param steps what variants stand on without being variants themselves
     */
    MatchResolver(
            StudySpec spec,
            List<Variant> variants,
            List<Variant> steps,
            Resolver resolver,
            Function<Settings, ModelCost> cost) {
        this.spec = spec;
        this.resolver = resolver;
        this.cost = cost;
        List<Variant> all = new ArrayList<>(variants);
        all.addAll(steps);
        steps.forEach(step -> this.steps.put(step.name(), step));
        boolean none = all.stream().allMatch(variant -> variant.change().match() == null);
        this.graph = new MatchGraph(none ? List.of() : all);
        if (none) {
            all.forEach(variant -> resolved.put(variant.name(), variant));
        }
        graph.order().forEach(this::resolve);
        variants.forEach(variant -> this.variants.add(resolved.get(variant.name())));
    }

    /** The variants in the order in which they were given, the solved values among their settings. */
    List<Variant> variants() {
        return variants;
    }

    /** The solved matches, in the order of the variants. */
    List<SolvedMatch> solved() {
        return variants.stream()
                .map(Variant::name)
                .filter(solved::containsKey)
                .map(solved::get)
                .toList();
    }

    /** Whether some value of the variant could not be solved, so that it cannot be counted. */
    boolean isOpen(String variant) {
        return open.contains(variant);
    }

    /** What is wrong with the variant's own match, or with that of a step below it, or null. */
    @Nullable
    String problem(Variant variant) {
        String problem = problems.get(variant.name());
        for (Variant at = steps.get(variant.parent()); problem == null && at != null; at = steps.get(at.parent())) {
            problem = problems.get(at.name());
        }
        return problem;
    }

    private void resolve(Variant variant) {
        String name = variant.name();
        Settings settings = variant.settings();
        for (String source : graph.solvedBy(name)) {
            if (solved.containsKey(source)) {
                settings = settings.with(solved.get(source).solution().setting());
            }
        }
        resolved.put(name, with(variant, settings));
        if (graph.needs(name).stream().anyMatch(open::contains)) {
            open.add(name);
        } else if (variant.change().match() != null) {
            solve(resolved.get(name), variant.change().match());
        }
    }

    private void solve(Variant variant, Match match) {
        Resolved start = resolver.resolve(spec, variant, new ArrayList<>());
        try {
            long target = target(start, match.target());
            Candidate solution = new KnobSolver(
                            Resolver.architecture(start.settings()),
                            match.knob(),
                            settings -> cost.apply(settings).macs())
                    .solve(target, match.percent());
            solved.put(variant.name(), new SolvedMatch(variant.name(), match, solution, target));
            resolved.put(variant.name(), with(variant, variant.settings().with(solution.setting())));
        } catch (UnsolvableException e) {
            problems.put(variant.name(), "match with " + match.target() + ": " + e.getMessage());
            open.add(variant.name());
        } catch (ArchitectureException | ShapeException e) {
            // A variant of the plan reports by itself why it cannot be counted.
            if (!(match.target() instanceof MatchTarget.Named named && resolved.containsKey(named.name()))) {
                problems.put(
                        variant.name(),
                        "match with " + match.target() + ", whose cost cannot be counted: " + e.getMessage());
            }
            open.add(variant.name());
        }
    }

    private long target(Resolved variant, MatchTarget target) {
        if (target instanceof MatchTarget.Gmacs number) {
            return Math.round(number.gmacs() * GIGA);
        }
        String name = ((MatchTarget.Named) target).name();
        Settings settings;
        if (resolved.containsKey(name) || name.equals(Variant.BASE)) {
            Variant other = resolved.getOrDefault(name, Variant.base());
            settings = resolver.resolve(spec, other, new ArrayList<>()).settings();
        } else {
            settings = resolver.model(name, variant);
        }
        return cost.apply(Resolver.architecture(settings)).macs();
    }

    private static Variant with(Variant variant, Settings settings) {
        return new Variant(variant.name(), variant.role(), variant.parent(), variant.change(), settings);
    }
}
