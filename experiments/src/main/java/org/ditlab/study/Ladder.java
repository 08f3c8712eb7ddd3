package org.ditlab.study;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.knob.Settings;

/**
 * A cumulative ladder: the base, then rungs, each on top of the one before; controls branch off and are not carried on.
 * This is how papers tabulate their ablations.
 */
public record Ladder(List<Step> steps) implements PlanKind {
    public Ladder {
        steps = List.copyOf(steps);
    }

    @Override
    public String word() {
        return "ladder";
    }

    @Override
    public List<Change> changes() {
        return steps.stream().map(Step::change).toList();
    }

    @Override
    public List<Variant> variants() {
        Map<String, Settings> reached = new HashMap<>();
        Settings top = Settings.empty();
        reached.put(Variant.BASE, top);
        for (Step step : steps) {
            if (step instanceof Rung rung) {
                top = top.with(rung.change().settings());
                reached.put(rung.name(), top);
            }
        }
        List<Variant> variants = new ArrayList<>();
        variants.add(Variant.base());
        String below = Variant.BASE;
        for (Step step : steps) {
            if (step instanceof Control control) {
                Settings from = reached.getOrDefault(control.of(), Settings.empty());
                variants.add(new Variant(
                        control.name(),
                        VariantRole.CONTROL,
                        control.of(),
                        control.change(),
                        from.with(control.change().settings())));
            } else {
                Settings settings = reached.getOrDefault(step.name(), Settings.empty());
                variants.add(new Variant(step.name(), VariantRole.RUNG, below, step.change(), settings));
                below = step.name();
            }
        }
        return List.copyOf(variants);
    }
}
