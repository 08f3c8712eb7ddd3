package org.ditlab.study;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ditlab.knob.Settings;

/** Expands the kinds that combine named changes: leave-one-out, add-one-in and permuted ladders. */
final class ChangeExpansion {
    private static final int LONG_NAME = 60;

    private final Expanding all;
    private final int kind;
    private final FromChanges<?> plan;
    private final String place;
    private final List<Change> changes;
    private final Dependents dependents;
    private final Requirements requirements;
    private final Exclusions exclusions;
    private final List<GroupMember> members = new ArrayList<>();

    /**
     * An expansion of a kind.
     *
     * @param changes its own, or the ladder's
     * @param rows where the changes stand, {@code ladder}
     * @param indices the changes' indices among the rows there
     */
    ChangeExpansion(
            Expanding all, int kind, FromChanges<?> plan, List<Change> changes, String rows, List<Integer> indices) {
        this.all = all;
        this.kind = kind;
        this.plan = plan;
        this.place = Expansion.place(all.spec().plans(), kind);
        this.changes = changes;
        this.dependents = new Dependents(changes);
        List<String> places = indices.stream().map(index -> rows + "/" + index).toList();
        this.requirements = new Requirements(all, plan, changes, places);
        this.exclusions = new Exclusions(all, place, plan.terms());
    }

    PlanGroup expand() {
        if (plan instanceof PermutedLadder permuted) {
            return permuted(permuted);
        }
        if (plan instanceof LeaveOneOut leaving) {
            leaveOneOut(leaving);
        } else {
            addOneIn();
        }
        requirements.report();
        return group(plan.word() + " of " + changes.size() + (changes.size() == 1 ? " change" : " changes"), List.of());
    }

    private PlanGroup group(String label, List<GroupOrder> orders) {
        String said = plan.terms().label();
        return new PlanGroup(plan.word(), said.isEmpty() ? label : said, members, orders, exclusions.sentences());
    }

    private void leaveOneOut(LeaveOneOut leaving) {
        Set<Integer> whole = new TreeSet<>();
        for (int i = 0; i < changes.size(); i++) {
            whole.add(i);
        }
        String full = leaving.full().isEmpty() ? LeaveOneOut.FULL : leaving.full();
        member(List.of(full), whole, Set.of(), Set.of(), place);
        Set<Set<Integer>> seen = new LinkedHashSet<>();
        for (int i = 0; i < changes.size(); i++) {
            Set<Integer> dropped = dependents.without(i);
            if (seen.add(dropped)) {
                Set<Integer> kept = new TreeSet<>(whole);
                kept.removeAll(dropped);
                member(List.of(signed("- ", dropped)), kept, Set.of(), dropped, requirements.place(i));
            }
        }
    }

    private void addOneIn() {
        all.base(kind);
        members.add(new GroupMember(Variant.BASE, Variant.BASE, List.of(), List.of(), List.of(), Map.of()));
        Set<Set<Integer>> seen = new LinkedHashSet<>();
        for (int i = 0; i < changes.size(); i++) {
            Set<Integer> added = dependents.needed(i);
            if (seen.add(added)) {
                String name = signed("+ ", added);
                member(List.of(name, "base " + name), added, added, Set.of(), requirements.place(i));
            }
        }
    }

    private PlanGroup permuted(PermutedLadder permuted) {
        RungOrders orders = new RungOrders(dependents.before());
        if (orders.count() == 0) {
            all.report(place, "with: goes round in a circle, so that no rung can be the first; expected an order", "");
            return group(permuted.word(), List.of());
        }
        boolean every = permuted.orders() == PermutedLadder.ALL;
        if (every && orders.count() > PermutedLadder.MOST) {
            all.report(
                    place,
                    changes.size() + " rungs have " + orders.count() + " orders; expected at most "
                            + PermutedLadder.MOST + ": say orders: " + PermutedLadder.USUAL + " to draw some",
                    "");
            return group(permuted.word(), List.of());
        }
        all.base(kind);
        members.add(new GroupMember(Variant.BASE, Variant.BASE, List.of(), List.of(), List.of(), Map.of()));
        Map<List<Object>, Integer> known = new HashMap<>();
        List<GroupOrder> ladders = new ArrayList<>();
        List<List<Integer>> drawn = orders.draw(permuted.orders(), permuted.seed());
        for (List<Integer> order : drawn) {
            List<Integer> path = path(order, known);
            if (!path.contains(-1)) {
                ladders.add(new GroupOrder(names(order), path));
            }
        }
        requirements.report();
        String label = (drawn.size() == orders.count() ? "all " + drawn.size() : drawn.size() + " of " + orders.count())
                + " orders of " + changes.size() + " rungs";
        return group(label, ladders);
    }

    /** The members that an order leads through; -1 for one that is left out. */
    private List<Integer> path(List<Integer> order, Map<List<Object>, Integer> known) {
        List<Integer> path = new ArrayList<>(List.of(0));
        Set<Integer> standing = new LinkedHashSet<>();
        boolean solved = false;
        Settings settings = Settings.empty();
        for (int rung : order) {
            standing.add(rung);
            Change change = changes.get(rung);
            settings = settings.with(change.settings());
            solved |= change.match() != null;
            // Without matches, settings are all that counts; with them, what stood when they were solved.
            List<Object> key = List.of(settings, solved ? List.copyOf(standing) : List.of());
            Integer member = known.get(key);
            if (member == null) {
                int before = members.size();
                Set<Integer> chain = new TreeSet<>(standing);
                boolean ordered = solved || !laid(chain).equals(settings);
                member(List.of(setName(standing)), ordered ? standing : chain, Set.of(), Set.of(), place);
                member = members.size() > before ? before : -1;
                known.put(key, member);
            }
            path.add(member);
        }
        return path;
    }

    private void member(List<String> wishes, Set<Integer> chain, Set<Integer> adds, Set<Integer> leaves, String where) {
        List<Change> made = chain.stream().map(changes::get).toList();
        // Orders pass variants that have a plainer name already.
        String known = plan instanceof PermutedLadder ? all.made(made, plan.terms()) : null;
        String name = known == null ? all.name(wishes.toArray(String[]::new)) : known;
        Settings settings = laid(chain);
        if (exclusions.leavesOut(name, settings)) {
            return;
        }
        requirements.check(name, chain, settings);
        if (known == null) {
            all.add(kind, name, made, plan.terms(), where);
        }
        members.add(new GroupMember(name, name, names(chain), names(adds), names(leaves), Map.of()));
    }

    private Settings laid(Set<Integer> chain) {
        Settings settings = Settings.empty();
        for (int index : chain) {
            settings = settings.with(changes.get(index).settings());
        }
        return settings;
    }

    private List<String> names(Iterable<Integer> indices) {
        List<String> names = new ArrayList<>();
        indices.forEach(index -> names.add(changes.get(index).name()));
        return names;
    }

    /** {@code + RoPE2D}, {@code - depthwise FFN - re-parametrisation}. */
    private String signed(String sign, Set<Integer> set) {
        return set.stream()
                .sorted()
                .map(index -> sign + bare(changes.get(index).name()))
                .collect(Collectors.joining(" "));
    }

    /** By what is in it or by what is not, whichever is shorter. */
    private String setName(Set<Integer> standing) {
        if (standing.size() == changes.size()) {
            return LeaveOneOut.FULL;
        }
        Set<Integer> rest = new TreeSet<>();
        for (int i = 0; i < changes.size(); i++) {
            if (!standing.contains(i)) {
                rest.add(i);
            }
        }
        String with = "base " + signed("+ ", standing);
        String without = signed("- ", rest);
        String shorter = rest.size() < standing.size() ? without : with;
        return shorter.length() <= LONG_NAME ? shorter : shorter.substring(0, LONG_NAME) + " ...";
    }

    /** A change's name without the sign that rungs often have. */
    private static String bare(String name) {
        return name.replaceFirst("^[-+] *(?=\\S)", "");
    }

    /** Which changes are left out and added together. */
    private static final class Dependents {
        private final List<Change> changes;
        private final Map<String, Integer> index = new LinkedHashMap<>();

        Dependents(List<Change> changes) {
            this.changes = changes;
            for (int i = 0; i < changes.size(); i++) {
                index.putIfAbsent(changes.get(i).name(), i);
            }
        }

        /** A change and all that depend on it. */
        Set<Integer> without(int change) {
            Set<Integer> dropped = new TreeSet<>();
            List<Integer> open = new ArrayList<>(List.of(change));
            while (!open.isEmpty()) {
                int next = open.remove(open.size() - 1);
                if (dropped.add(next)) {
                    changes.get(next).dependents().stream()
                            .filter(index::containsKey)
                            .forEach(name -> open.add(index.get(name)));
                }
            }
            return dropped;
        }

        /** A change and all that it depends on. */
        Set<Integer> needed(int change) {
            Set<Integer> needed = new TreeSet<>();
            for (int i = 0; i < changes.size(); i++) {
                if (without(i).contains(change)) {
                    needed.add(i);
                }
            }
            return needed;
        }

        int[] before() {
            int[] before = new int[changes.size()];
            for (int i = 0; i < before.length; i++) {
                for (int other : needed(i)) {
                    before[i] |= other == i ? 0 : 1 << other;
                }
            }
            return before;
        }
    }
}
