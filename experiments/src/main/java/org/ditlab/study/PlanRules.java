package org.ditlab.study;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ditlab.knob.DomainException;
import org.ditlab.knob.Setting;

/** What must hold of each plan kind before it is expanded: names, values, sizes. */
final class PlanRules {
    private static final int SEARCHED = 200;
    /** Most changes of a leave-one-out or an add-one-in. */
    private static final int MOST_CHANGES = 1000;

    private static final Set<String> RESERVED = Set.of(Variant.BASE, Variant.UNTRAINED);
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");

    private final List<PlanKind> plans;
    private final SpecRules rules;
    private final Map<String, String> named = new HashMap<>();
    private boolean expands = true;

    private PlanRules(List<PlanKind> plans, SpecRules rules) {
        this.plans = plans;
        this.rules = rules;
    }

    /** Reports what is wrong; whether the kinds can be expanded all the same. */
    static boolean check(List<PlanKind> plans, SpecRules rules) {
        PlanRules check = new PlanRules(plans, rules);
        if (plans.isEmpty()) {
            rules.report("plans", "no variant is listed; expected at least one");
        }
        long size = 0;
        for (int i = 0; i < plans.size(); i++) {
            String place = Expansion.place(plans, i);
            long most = check.plan(place, plans.get(i));
            size = Math.min(size, Expansion.MOST) + Math.min(most, Expansion.MOST + 1L);
            if (size > Expansion.MOST) {
                rules.report(
                        place,
                        most > Expansion.MOST
                                ? (most == Long.MAX_VALUE ? "too many" : most) + " combinations; expected at most "
                                        + Expansion.MOST + ": list fewer values, or draw some by random:"
                                : "more than " + Expansion.MOST + " variants in all; expected fewer");
                return false;
            }
        }
        return check.expands;
    }

    /** Checks a kind; the most variants that it can have. */
    private long plan(String place, PlanKind plan) {
        if (plan instanceof FromAxes<?> axes) {
            axes(place, axes);
            return axes.size();
        }
        boolean ladders = plan instanceof FromChanges<?>;
        if (plan.changes().isEmpty() && !ladders) {
            rules.report(place, "no variant is listed; expected at least one");
        }
        changes(place, plan);
        if (plan instanceof Ladder ladder) {
            controls(place, ladder);
        } else if (plan instanceof Controls controls) {
            for (int i = 0; i < controls.controls().size(); i++) {
                Control control = controls.controls().get(i);
                if (control.of().equals(control.name())) {
                    rules.report(
                            place + "/" + i + "/of",
                            Text.quote(control.name()) + " starts from itself; expected another variant");
                }
            }
        } else if (plan instanceof FromChanges<?> combined) {
            return combined(place, combined);
        }
        return plan.changes().size();
    }

    private void changes(String place, PlanKind plan) {
        // Rows are variants, except of the kinds that combine them.
        Map<String, String> seen = plan instanceof Generated<?> ? new HashMap<>() : named;
        Set<String> own = new HashSet<>();
        plan.changes().forEach(change -> own.add(change.name()));
        for (int i = 0; i < plan.changes().size(); i++) {
            Change change = plan.changes().get(i);
            String where = place + "/" + i + "/";
            row(where + "name", change.name());
            if (seen.putIfAbsent(change.name(), where) != null) {
                rules.report(
                        where + "name",
                        "a second " + (plan instanceof Generated<?> ? "change" : "variant") + " is named "
                                + Text.quote(change.name()) + "; expected another name");
            }
            for (Setting<?> setting : change.settings().all()) {
                rules.inDomain(where + "change/", setting);
            }
            for (String dependent : change.dependents()) {
                if (!own.contains(dependent) || dependent.equals(change.name())) {
                    rules.report(
                            where + "with",
                            "with: names " + Text.quote(dependent) + "; expected other rows of " + plan.word(),
                            own.size() > SEARCHED ? "" : Spelling.remark(dependent, own));
                }
            }
        }
    }

    private void row(String place, String name) {
        if (RESERVED.contains(name)) {
            rules.report(place, Text.quote(name) + " is the name of a fixed row; expected another name");
        } else if (name.isBlank()
                || name.length() > Expanding.NAME_LENGTH
                || name.contains("\n")
                || !Text.printable(name)) {
            rules.report(
                    place,
                    "a variant cannot be named " + Text.quote(name) + "; expected one line of 1 to "
                            + Expanding.NAME_LENGTH + " characters");
        }
    }

    private void controls(String place, Ladder ladder) {
        Set<String> rungs = new HashSet<>(Set.of(Variant.BASE));
        ladder.rungs().forEach(rung -> rungs.add(rung.name()));
        for (int i = 0; i < ladder.steps().size(); i++) {
            if (ladder.steps().get(i) instanceof Control control && !rungs.contains(control.of())) {
                rules.report(
                        place + "/" + i + "/of",
                        "no rung is named " + Text.quote(control.of()) + "; expected base or the name of a rung",
                        rungs.size() > SEARCHED ? "" : Spelling.remark(control.of(), rungs));
            }
        }
    }

    private long combined(String place, FromChanges<?> plan) {
        List<Change> changes = plan.changes();
        terms(place, plan.terms());
        if (changes.isEmpty()) {
            List<Ladder> ladders = plans.stream()
                    .filter(Ladder.class::isInstance)
                    .map(Ladder.class::cast)
                    .toList();
            if (ladders.size() != 1) {
                refuse(
                        place,
                        plan.word() + " has no changes of its own, and the study has "
                                + (ladders.isEmpty() ? "no ladder" : ladders.size() + " ladders")
                                + "; expected changes: a list of named changes, or one ladder whose rungs it takes");
                return 0;
            }
            changes = ladders.get(0).rungs();
        }
        int most = plan instanceof PermutedLadder ? PermutedLadder.MOST_RUNGS : MOST_CHANGES;
        if (changes.size() > most) {
            refuse(place, changes.size() + " changes; expected at most " + most + " for " + plan.word());
        }
        if (!plan.terms().names().isEmpty()) {
            rules.report(
                    place + "/name", "variants of " + plan.word() + " are named after their changes; leave name out");
        }
        if (plan instanceof LeaveOneOut leaving && !leaving.full().isEmpty()) {
            row(place + "/full", leaving.full());
        }
        if (plan instanceof PermutedLadder permuted) {
            seed(place, permuted.seed());
        }
        if (plan instanceof PermutedLadder permuted
                && (permuted.orders() < PermutedLadder.ALL || permuted.orders() > PermutedLadder.MOST)) {
            refuse(
                    place + "/orders",
                    permuted.orders() + " orders; expected all, or a number from 1 to " + PermutedLadder.MOST);
        }
        return changes.size() + 1L;
    }

    private void axes(String place, FromAxes<?> plan) {
        terms(place, plan.terms());
        if (plan.axes().isEmpty()) {
            refuse(place, "no knob is listed; expected at least one with its values");
        }
        Set<String> labels = new HashSet<>();
        Map<String, String> knobs = new HashMap<>();
        for (Axis axis : plan.axes()) {
            String where = place + "/" + axis.label();
            if (!labels.add(axis.label())) {
                refuse(where, "a second axis is named " + Text.quote(axis.label()) + "; expected each once");
            }
            Set<String> set = values(where, plan, axis);
            set.forEach(knob -> {
                String other = knobs.put(knob, axis.label());
                if (other != null) {
                    rules.report(
                            where,
                            knob + " is set by the axes " + Text.quote(other) + " and " + Text.quote(axis.label())
                                    + "; expected one of them");
                }
            });
        }
        if (plan instanceof ZipPlan) {
            Axis first = plan.axes().isEmpty() ? null : plan.axes().get(0);
            for (Axis axis : plan.axes()) {
                if (Points.count(axis) != Points.count(first)) {
                    rules.report(
                            place + "/" + axis.label(),
                            axis.label() + " lists " + Points.count(axis) + " values but " + first.label() + " lists "
                                    + Points.count(first) + "; expected as many of each");
                }
            }
        }
        if (plan instanceof RandomPlan random) {
            seed(place, random.seed());
        }
        if (plan instanceof RandomPlan random && (random.draws() < 1 || random.draws() > Expansion.MOST)) {
            refuse(place + "/draws", random.draws() + " draws; expected a number from 1 to " + Expansion.MOST);
        }
        Matcher placeholders = PLACEHOLDER.matcher(plan.terms().names());
        while (placeholders.find()) {
            String word = placeholders.group(1);
            if (!word.equals("n") && !labels.contains(word)) {
                rules.report(
                        place + "/name",
                        "no axis is named " + Text.quote(word) + "; expected {n} or the name of an axis in braces",
                        Spelling.remark(word, labels));
            }
        }
    }

    /** Checks the values of an axis; the names of the knobs that it sets. */
    private Set<String> values(String place, FromAxes<?> plan, Axis axis) {
        Set<String> knobs = new HashSet<>();
        if (axis instanceof Axis.Range range) {
            range(place, plan, range);
            return Set.of(range.knob().name());
        }
        if (Points.count(axis) == 0) {
            refuse(place, axis.label() + " lists no value; expected at least one");
        }
        if (axis instanceof Axis.Values values) {
            values.values().forEach(setting -> rules.inDomain(place + "/", setting));
            knobs.add(values.knob().name());
        } else if (axis instanceof Axis.Changes named) {
            Set<String> names = new HashSet<>();
            for (int i = 0; i < named.changes().size(); i++) {
                Change change = named.changes().get(i);
                String where = place + "/" + i + "/";
                row(where + "name", change.name());
                if (!names.add(change.name())) {
                    rules.report(
                            where + "name",
                            "a second change is named " + Text.quote(change.name()) + "; expected another name");
                }
                if (change.match() != null) {
                    rules.report(
                            where + "match",
                            "an axis has no matches of its own; say match: for the whole " + plan.word());
                }
                for (Setting<?> setting : change.settings().all()) {
                    rules.inDomain(where + "change/", setting);
                    knobs.add(setting.knob().name());
                }
            }
        }
        return knobs;
    }

    private void range(String place, FromAxes<?> plan, Axis.Range range) {
        if (!(plan instanceof RandomPlan)) {
            refuse(place, "a range stands for random draws only; expected the values of a " + plan.word());
        } else if (!range.numeric()) {
            refuse(place, range.label() + " is no number; expected a list of its values");
        } else if (!(range.from() < range.to())) {
            refuse(
                    place,
                    "from " + number(range.from()) + " to " + number(range.to())
                            + " is no range; expected from below to");
        } else if (range.log() && !(range.from() > 0)) {
            refuse(place, "a logarithmic range starts above 0; expected scale: linear, or another from");
        } else if (!(range.step() >= 0) || (range.whole() && range.step() != Math.rint(range.step()))) {
            refuse(
                    place + "/step",
                    "step " + number(range.step()) + " is not allowed; expected a "
                            + (range.whole() ? "whole number" : "number") + " above 0 for " + range.label());
        } else if (range.step() > range.to() - range.from()) {
            refuse(
                    place + "/step",
                    "step " + number(range.step()) + " is larger than the range from " + number(range.from()) + " to "
                            + number(range.to()) + "; expected a smaller step, or a wider range");
        } else {
            for (double part : new double[] {0, Math.nextDown(1.0)}) {
                try {
                    Points.setting(range, part);
                } catch (DomainException | ArithmeticException e) {
                    refuse(place, range.label() + " does not take this range; " + e.getMessage());
                    return;
                }
            }
        }
    }

    private static String number(double value) {
        return Double.isFinite(value) ? CanonicalJson.number(value) : String.valueOf(value);
    }

    private void terms(String place, Terms terms) {
        for (String text : List.of(terms.label(), terms.names())) {
            if (!Text.printable(text) || text.contains("\n") || text.length() > 2 * Expanding.NAME_LENGTH) {
                rules.report(place, Text.quote(text) + " cannot stand over rows; expected one short line");
            }
        }
        for (int i = 0; i < terms.exclude().size(); i++) {
            if (terms.exclude().get(i) instanceof Exclusion.Where where) {
                String at = place + "/exclude/" + i + "/";
                where.knobs().forEach(values -> values.values().forEach(one -> rules.inDomain(at, one)));
            }
        }
    }

    private void seed(String place, long seed) {
        if (seed < 0 || seed > Integer.MAX_VALUE) {
            rules.report(place + "/seed", seed + " is no seed; expected a whole number from 0 to " + Integer.MAX_VALUE);
        }
    }

    private void refuse(String place, String text) {
        rules.report(place, text);
        expands = false;
    }
}
