package org.ditlab.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ditlab.knob.Settings;

/** Expands a study's kinds into variants and groups. Controls come last, since they may start from any other variant. */
final class Expander {
    private final StudySpec spec;
    private final Expanding all;

    private Expander(StudySpec spec) {
        this.spec = spec;
        this.all = new Expanding(spec);
    }

    static Expansion expand(StudySpec spec) {
        return new Expander(spec).expand();
    }

    private Expansion expand() {
        PlanGroup[] groups = new PlanGroup[spec.plans().size()];
        for (boolean controls : new boolean[] {false, true}) {
            for (int i = 0; i < groups.length; i++) {
                if (spec.plans().get(i) instanceof Controls == controls) {
                    groups[i] = group(i, spec.plans().get(i));
                }
            }
        }
        return all.done(List.of(groups));
    }

    private PlanGroup group(int index, PlanKind plan) {
        String place = Expansion.place(spec.plans(), index);
        if (plan instanceof Ladder ladder) {
            return ladder(index, ladder, place);
        }
        if (plan instanceof FromAxes<?> axes) {
            return new AxisExpansion(all, index, axes).expand();
        }
        if (plan instanceof FromChanges<?> combined) {
            return combined(index, combined, place);
        }
        List<GroupMember> members = new ArrayList<>();
        for (int i = 0; i < plan.changes().size(); i++) {
            Change change = plan.changes().get(i);
            String where = place + "/" + i;
            String parent = plan instanceof Controls controls
                    ? controls.controls().get(i).of()
                    : Variant.BASE;
            if (plan instanceof Controls) {
                knownParent(where, parent);
            }
            all.add(
                    index,
                    new Variant(
                            change.name(),
                            plan instanceof Controls ? VariantRole.CONTROL : VariantRole.VARIANT,
                            parent,
                            change,
                            all.reached(parent).with(change.settings())),
                    where);
            members.add(member(change.name(), List.of(change.name())));
        }
        return new PlanGroup(plan.word(), plan.word(), members, List.of(), List.of());
    }

    private void knownParent(String place, String parent) {
        if (!all.has(parent)) {
            all.report(
                    place + "/of",
                    "no variant is named " + Text.quote(parent) + "; expected base or the name of a variant",
                    Spelling.remark(parent, all.names()));
        }
    }

    private PlanGroup combined(int index, FromChanges<?> plan, String place) {
        if (!plan.changes().isEmpty()) {
            List<Integer> rows = new ArrayList<>();
            for (int i = 0; i < plan.changes().size(); i++) {
                rows.add(i);
            }
            return new ChangeExpansion(all, index, plan, plan.changes(), place, rows).expand();
        }
        for (int i = 0; i < spec.plans().size(); i++) {
            if (spec.plans().get(i) instanceof Ladder ladder) {
                List<Integer> rows = new ArrayList<>();
                for (int j = 0; j < ladder.steps().size(); j++) {
                    if (ladder.steps().get(j) instanceof Rung) {
                        rows.add(j);
                    }
                }
                String where = Expansion.place(spec.plans(), i);
                return new ChangeExpansion(all, index, plan, ladder.rungs(), where, rows).expand();
            }
        }
        return new PlanGroup(plan.word(), plan.word(), List.of(), List.of(), List.of());
    }

    private PlanGroup ladder(int index, Ladder ladder, String place) {
        Map<String, Settings> reached = ladder.reached();
        List<GroupMember> members = new ArrayList<>();
        all.base(index);
        members.add(member(Variant.BASE, List.of()));
        String below = Variant.BASE;
        for (int i = 0; i < ladder.steps().size(); i++) {
            Step step = ladder.steps().get(i);
            String parent = step instanceof Control control ? control.of() : below;
            boolean rung = step instanceof Rung;
            Settings settings = rung
                    ? reached.getOrDefault(step.name(), Settings.empty())
                    : reached.getOrDefault(parent, Settings.empty())
                            .with(step.change().settings());
            all.add(
                    index,
                    new Variant(
                            step.name(),
                            rung ? VariantRole.RUNG : VariantRole.CONTROL,
                            parent,
                            step.change(),
                            settings),
                    place + "/" + i);
            members.add(member(step.name(), List.of(step.name())));
            below = rung ? step.name() : below;
        }
        return new PlanGroup(ladder.word(), ladder.word(), members, List.of(), List.of());
    }

    private static GroupMember member(String name, List<String> adds) {
        return new GroupMember(name, name, List.of(), adds, List.of(), Map.of());
    }
}
