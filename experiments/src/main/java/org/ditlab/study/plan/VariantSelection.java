package org.ditlab.study.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Settings;
import org.ditlab.study.Exclusion;
import org.ditlab.study.Expansion;
import org.ditlab.study.FromAxes;
import org.ditlab.study.Generated;
import org.ditlab.study.GroupMember;
import org.ditlab.study.GroupOrder;
import org.ditlab.study.PlanGroup;
import org.ditlab.study.PlanKind;
import org.ditlab.study.StudySpec;
import org.ditlab.study.Text;
import org.ditlab.study.Variant;
import org.ditlab.study.VariantRole;
import org.ditlab.study.plan.Resolver.Resolved;

/**
 * Which variants of an expansion a plan has: those that can be built, and of those with equal settings the first. Settings are
 * equal as hashes see them: solved, without knobs that have no effect or no part in results.
 */
final class VariantSelection {
    private final StudySpec spec;
    private final Expansion expansion;
    private final Map<String, Integer> groups = new HashMap<>();
    /** Why variants cannot be built, by kind and name. */
    private final Map<Integer, Map<String, String>> invalid = new LinkedHashMap<>();

    private final Map<Settings, String> bySettings = new HashMap<>();
    private final Map<String, String> planned = new LinkedHashMap<>();
    private final List<Resolved> kept = new ArrayList<>();
    private final Set<String> warnings = new LinkedHashSet<>();

    VariantSelection(StudySpec spec, Expansion expansion) {
        this.spec = spec;
        this.expansion = expansion;
        for (int i = 0; i < expansion.groups().size(); i++) {
            for (GroupMember member : expansion.groups().get(i).members()) {
                groups.putIfAbsent(member.name(), i);
            }
        }
    }

    /** Whether the variant's kind speaks for it: leaves it out, or reports together what cannot be built. */
    boolean refuse(String variant, List<String> wrong) {
        Integer group = groups.get(variant);
        PlanKind plan = group == null || variant.equals(Variant.BASE)
                ? null
                : spec.plans().get(group);
        boolean speaks = plan instanceof FromAxes<?>
                || plan instanceof Generated<?> kind && kind.terms().excludesInvalid();
        if (speaks) {
            invalid.computeIfAbsent(group, kind -> new LinkedHashMap<>()).put(variant, wrong.get(0));
        }
        return speaks;
    }

    /** Takes a variant that can be built. */
    void take(Resolved one) {
        String name = one.variant().name();
        if (one.variant().role() != VariantRole.UNTRAINED) {
            String first = bySettings.putIfAbsent(one.settings().filter(Knob::identity), name);
            if (first != null) {
                planned.put(name, first);
                warn(first, name);
                return;
            }
        }
        planned.put(name, name);
        kept.add(one);
    }

    /** Rows of one list or ladder were meant to differ; that other kinds meet is what they are for. */
    private void warn(String first, String second) {
        Integer group = groups.get(second);
        PlanKind plan = group == null ? null : spec.plans().get(group);
        if (plan != null && !(plan instanceof Generated<?>) && group.equals(groups.get(first))) {
            warnings.add("variants " + Text.quote(first) + " and " + Text.quote(second)
                    + " have equal settings: they are one row, " + Text.quote(first));
        } else if (plan instanceof FromAxes<?> && group.equals(groups.get(first))) {
            warnings.add(Expansion.place(spec.plans(), group)
                    + ": some points have equal settings, such as " + Text.quote(first) + " and " + Text.quote(second)
                    + ": they are one row each");
        }
    }

    /**
     * A problem for each kind with axes that has points which cannot be built and are not left out.
     *
     * @param shown a message from its place and its text
     */
    List<String> problems(Map<String, String> places, BinaryOperator<String> shown) {
        List<String> problems = new ArrayList<>();
        invalid.forEach((group, reasons) -> {
            Generated<?> kind = (Generated<?>) spec.plans().get(group);
            if (!kind.terms().excludesInvalid()) {
                Map.Entry<String, String> first = reasons.entrySet().iterator().next();
                String where = places.get(first.getKey());
                String text = sentence(group, reasons) + "; say exclude: " + Exclusion.INVALID
                        + " to leave such points out, exclude: a condition on knobs, or list other values";
                problems.add(
                        where == null ? "study " + Text.quote(spec.name()) + ": " + text : shown.apply(where, text));
            }
        });
        return problems;
    }

    private String sentence(int group, Map<String, String> reasons) {
        Map.Entry<String, String> first = reasons.entrySet().iterator().next();
        int all = expansion.groups().get(group).members().size();
        return reasons.size() + " of " + all + " variants of " + Expansion.place(spec.plans(), group)
                + " cannot be built, the first " + Text.quote(first.getKey()) + ": " + first.getValue();
    }

    /** The variants that run, in the order of tables. */
    List<Resolved> kept() {
        return kept;
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** The kinds of which exclusions have left nothing. */
    List<String> emptied() {
        List<String> kinds = new ArrayList<>();
        List<PlanGroup> all = groups();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).members().isEmpty() && !all.get(i).leftOut().isEmpty()) {
                kinds.add(Expansion.place(spec.plans(), i));
            }
        }
        return kinds;
    }

    /** Whether a variant runs under its own name. */
    boolean isKept(String variant) {
        return variant.equals(planned.get(variant));
    }

    /** Whether a variant runs, under its own name or another. */
    boolean isPlanned(String variant) {
        return planned.containsKey(variant);
    }

    /** The groups over the variants that run. */
    List<PlanGroup> groups() {
        List<PlanGroup> all = new ArrayList<>();
        for (int i = 0; i < expansion.groups().size(); i++) {
            all.add(group(expansion.groups().get(i), invalid.getOrDefault(i, Map.of()), i));
        }
        return List.copyOf(all);
    }

    private PlanGroup group(PlanGroup group, Map<String, String> reasons, int index) {
        List<GroupMember> members = new ArrayList<>();
        List<Integer> moved = new ArrayList<>();
        for (GroupMember member : group.members()) {
            String variant = planned.get(member.name());
            moved.add(variant == null ? -1 : members.size());
            if (variant != null) {
                members.add(member.as(variant));
            }
        }
        List<GroupOrder> orders = new ArrayList<>();
        for (GroupOrder order : group.orders()) {
            List<Integer> path = order.members().stream().map(moved::get).toList();
            if (!path.contains(-1)) {
                orders.add(new GroupOrder(order.changes(), path));
            }
        }
        List<String> leftOut = new ArrayList<>(group.leftOut());
        if (!reasons.isEmpty()) {
            leftOut.add(sentence(index, reasons) + "; left out by exclude: " + Exclusion.INVALID);
        }
        return new PlanGroup(group.kind(), group.label(), members, orders, leftOut);
    }
}
