package org.ditlab.study;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.knob.Domain;
import org.ditlab.knob.DomainException;
import org.ditlab.knob.Settings;
import org.ditlab.model.ModelZoo;

/** What must hold of a study's matches before anything is counted. */
final class MatchRules {
    private static final int SEARCHED = 200;
    private static final int SHOWN = 8;

    private final Map<String, Variant> variants = new LinkedHashMap<>();
    private final Expansion expansion;
    private final List<SpecProblem> problems = new ArrayList<>();

    private MatchRules(Expansion expansion) {
        this.expansion = expansion;
        expansion.variants().forEach(variant -> variants.putIfAbsent(variant.name(), variant));
        expansion.steps().forEach(step -> variants.putIfAbsent(step.name(), step));
    }

    static List<SpecProblem> check(StudySpec spec, Expansion expansion) {
        MatchRules rules = new MatchRules(expansion);
        boolean none = true;
        for (int i = 0; i < spec.plans().size(); i++) {
            none &= rules.plan(Expansion.place(spec.plans(), i), spec.plans().get(i));
        }
        if (!none) {
            rules.cycles();
        }
        return rules.problems;
    }

    /** Whether a kind has no match. */
    private boolean plan(String place, PlanKind plan) {
        boolean none = true;
        List<Change> changes = plan instanceof FromAxes<?> ? List.of() : plan.changes();
        for (int i = 0; i < changes.size(); i++) {
            if (changes.get(i).match() != null) {
                match(
                        place + "/" + i + "/match/",
                        changes.get(i),
                        changes.get(i).match());
                none = false;
            }
        }
        if (plan instanceof Generated<?> kind && kind.terms().match() != null) {
            match(
                    place + "/match/",
                    new Change("", set(plan), null),
                    kind.terms().match());
            none = false;
        }
        return none;
    }

    /** What every variant of a kind sets last: the knobs of its axes. */
    private static Settings set(PlanKind plan) {
        Settings set = Settings.empty();
        if (plan instanceof FromAxes<?> axes) {
            for (Axis axis : axes.axes()) {
                if (axis instanceof Axis.Values values) {
                    set = set.with(values.values());
                } else if (axis instanceof Axis.Changes named) {
                    for (Change change : named.changes()) {
                        set = set.with(change.settings());
                    }
                }
            }
        }
        return set;
    }

    private void match(String place, Change change, Match match) {
        target(place + "gmacs", change.name(), match.target());
        inDomain(place + "within", "within", Match.WITHIN, match.percent(), "%");
        knob(place + "solve", change, match);
    }

    private void target(String place, String variant, MatchTarget target) {
        if (target instanceof MatchTarget.Gmacs number) {
            inDomain(place, "gmacs", MatchTarget.GMACS, number.gmacs(), "");
        } else if (target instanceof MatchTarget.Named named) {
            if (named.name().equals(variant)) {
                report(place, Text.quote(variant) + " matches itself; expected the cost of another variant", "");
            } else if (!variants.containsKey(named.name())
                    && !named.name().equals(Variant.BASE)
                    && ModelZoo.find(named.name()).isEmpty()) {
                Set<String> valid = new LinkedHashSet<>(List.of(Variant.BASE));
                expansion.variants().stream().limit(SEARCHED + 1).forEach(one -> valid.add(one.name()));
                valid.remove(variant);
                if (valid.size() > SEARCHED) {
                    valid.clear();
                }
                valid.addAll(ModelZoo.names());
                report(
                        place,
                        "no variant or model is named " + Text.quote(named.name())
                                + "; expected base, another variant, a model of the zoo, or a number of GMACs",
                        Spelling.remark(named.name(), valid));
            }
        }
    }

    private void inDomain(String place, String key, Domain<Double> domain, double value, String unit) {
        try {
            if (!Double.isFinite(value)) {
                throw new DomainException("expected " + domain.describe());
            }
            domain.parse(domain.render(value));
        } catch (DomainException e) {
            report(place, key + ": " + Text.quote(value + unit) + " is not allowed; " + e.getMessage(), "");
        }
    }

    private void knob(String place, Change change, Match match) {
        String name = match.knob().name();
        if (!Match.words().contains(name)) {
            report(
                    place,
                    name + " cannot be solved; expected " + String.join(" | ", Match.words()),
                    Spelling.remark(name, Match.words()));
        } else if (change.settings().isSet(match.knob())) {
            String owner = change.name().isEmpty() ? "the axes" : Text.quote(change.name());
            report(place, name + " is both set and solved by " + owner + "; expected one of them", "");
        }
    }

    private void cycles() {
        List<Variant> all = new ArrayList<>(variants.values());
        Map<String, Integer> index = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            index.put(all.get(i).name(), i);
        }
        for (List<String> cycle : new MatchGraph(all).cycles()) {
            // Whoever is needed has a match or is matched, so that a cycle has one.
            String first = cycle.stream()
                    .filter(name -> variants.get(name).change().match() != null)
                    .min(Comparator.comparing(index::get))
                    .orElseThrow();
            int start = cycle.indexOf(first);
            List<String> links = new ArrayList<>();
            for (int i = 0; i < Math.min(cycle.size(), SHOWN); i++) {
                Variant from = variants.get(cycle.get((start + i) % cycle.size()));
                String to = cycle.get((start + i + 1) % cycle.size());
                Match match = from.change().match();
                boolean matches = match != null && match.target().equals(new MatchTarget.Named(to));
                links.add(Text.quote(from.name()) + (matches ? " matches " : " stands on ") + Text.quote(to));
            }
            if (cycle.size() > SHOWN) {
                links.add("and so on through " + cycle.size() + " variants");
            }
            report(
                    expansion.places().getOrDefault(first, "study") + "/match/gmacs",
                    "a cycle of matches: " + String.join(", ", links)
                            + "; expected a cost that is known before this variant is solved",
                    "");
        }
    }

    private void report(String place, String text, String remark) {
        problems.add(new SpecProblem(place, text, remark));
    }
}
