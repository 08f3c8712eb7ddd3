package org.ditlab.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ditlab.knob.DomainException;
import org.ditlab.knob.Settings;

/** Expands a grid, a zip or random draws. */
final class AxisExpansion {
    private final Expanding all;
    private final int kind;
    private final FromAxes<?> plan;
    private final String place;

    AxisExpansion(Expanding all, int kind, FromAxes<?> plan) {
        this.all = all;
        this.kind = kind;
        this.plan = plan;
        this.place = Expansion.place(all.spec().plans(), kind);
    }

    PlanGroup expand() {
        Exclusions exclusions = new Exclusions(all, place, plan.terms());
        List<GroupMember> members = new ArrayList<>();
        int number = 0;
        for (List<Points.Value> point : points()) {
            number++;
            Settings settings = Settings.empty();
            Map<String, Object> coordinates = new LinkedHashMap<>();
            for (int i = 0; i < point.size(); i++) {
                settings = settings.with(point.get(i).settings());
                coordinates.put(plan.axes().get(i).label(), point.get(i).raw());
            }
            String name = all.name(wish(point, number), plan.word() + " " + number);
            if (exclusions.leavesOut(name, settings)) {
                continue;
            }
            all.add(kind, name, List.of(new Change(name, settings, null)), plan.terms(), place);
            members.add(new GroupMember(name, name, List.of(), List.of(), List.of(), coordinates));
        }
        return new PlanGroup(plan.word(), label(), members, List.of(), exclusions.sentences());
    }

    private List<List<Points.Value>> points() {
        try {
            return Points.of(plan);
        } catch (DomainException | ArithmeticException e) {
            all.report(place, "a value that is drawn is not allowed; " + e.getMessage(), "");
            return List.of();
        }
    }

    private String label() {
        if (!plan.terms().label().isEmpty()) {
            return plan.terms().label();
        }
        String axes = plan.axes().stream().map(Axis::label).collect(Collectors.joining(" x "));
        if (plan instanceof RandomPlan random) {
            return random.draws() + " draws of " + axes.replace(" x ", ", ") + ", seed " + random.seed();
        }
        return plan.word() + " of " + (plan instanceof ZipPlan ? axes.replace(" x ", ", ") : axes);
    }

    private String wish(List<Points.Value> point, int number) {
        String pattern = plan.terms().names();
        if (pattern.isEmpty()) {
            return point.stream().map(Points.Value::text).collect(Collectors.joining(", "));
        }
        String name = pattern.replace("{n}", String.valueOf(number));
        for (int i = 0; i < point.size(); i++) {
            Points.Value value = point.get(i);
            String text = value.text().substring(value.text().indexOf('=') + 1);
            name = name.replace("{" + plan.axes().get(i).label() + "}", text);
        }
        return name;
    }
}
