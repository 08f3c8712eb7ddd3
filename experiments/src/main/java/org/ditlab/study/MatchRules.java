package org.ditlab.study;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.knob.Domain;
import org.ditlab.knob.DomainException;
import org.ditlab.model.ModelZoo;

/** What must hold of a study's matches before anything is counted. */
final class MatchRules {
    private static final int SEARCHED = 200;
    private static final int SHOWN = 8;

    private final PlanKind plan;
    private final List<Change> changes;
    private final List<SpecProblem> problems = new ArrayList<>();

    private MatchRules(PlanKind plan) {
        this.plan = plan;
        this.changes = plan.changes();
    }

    static List<SpecProblem> check(PlanKind plan) {
        MatchRules rules = new MatchRules(plan);
        if (rules.changes.stream().anyMatch(change -> change.match() != null)) {
            rules.matches();
            rules.cycles();
        }
        return rules.problems;
    }

    private void matches() {
        Set<String> variants = new LinkedHashSet<>(List.of(Variant.BASE));
        changes.forEach(change -> variants.add(change.name()));
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            Match match = change.match();
            if (match != null) {
                target(place(i) + "gmacs", change.name(), match.target(), variants);
                inDomain(place(i) + "within", "within", Match.WITHIN, match.percent(), "%");
                knob(place(i) + "solve", change, match);
            }
        }
    }

    private void target(String place, String variant, MatchTarget target, Set<String> variants) {
        if (target instanceof MatchTarget.Gmacs number) {
            inDomain(place, "gmacs", MatchTarget.GMACS, number.gmacs(), "");
        } else if (target instanceof MatchTarget.Named named) {
            if (named.name().equals(variant)) {
                report(place, Text.quote(variant) + " matches itself; expected the cost of another variant", "");
            } else if (!variants.contains(named.name())
                    && ModelZoo.find(named.name()).isEmpty()) {
                Set<String> valid = new LinkedHashSet<>(variants.size() > SEARCHED ? Set.of() : variants);
                valid.remove(variant);
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
            report(
                    place,
                    name + " is both set and solved by " + Text.quote(change.name()) + "; expected one of them",
                    "");
        }
    }

    private void cycles() {
        Map<String, Integer> index = new HashMap<>();
        for (int i = 0; i < changes.size(); i++) {
            index.putIfAbsent(changes.get(i).name(), i);
        }
        for (List<String> cycle : new MatchGraph(plan.variants()).cycles()) {
            // Whoever is needed has a match or is matched, so that a cycle has one.
            int first = cycle.stream()
                    .map(index::get)
                    .filter(i -> changes.get(i).match() != null)
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
            int start = cycle.indexOf(changes.get(first).name());
            List<String> links = new ArrayList<>();
            for (int i = 0; i < Math.min(cycle.size(), SHOWN); i++) {
                Change from = changes.get(index.get(cycle.get((start + i) % cycle.size())));
                String to = cycle.get((start + i + 1) % cycle.size());
                boolean matches = from.match() != null && from.match().target().equals(new MatchTarget.Named(to));
                links.add(Text.quote(from.name()) + (matches ? " matches " : " stands on ") + Text.quote(to));
            }
            if (cycle.size() > SHOWN) {
                links.add("and so on through " + cycle.size() + " variants");
            }
            report(
                    place(first) + "gmacs",
                    "a cycle of matches: " + String.join(", ", links)
                            + "; expected a cost that is known before this variant is solved",
                    "");
        }
    }

    private static String place(int index) {
        return "steps/" + index + "/match/";
    }

    private void report(String place, String text, String remark) {
        problems.add(new SpecProblem(place, text, remark));
    }
}
