package org.ditlab.study;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.knob.Settings;

/**
 * A cumulative ladder: the base, then rungs, each on top of the one before; controls branch off and are not carried on.
 * This is how papers tabulate their ablations.
 */
public record Ladder(List<Step> steps) implements PlanKind {
    public static final String WORD = "ladder";

    public Ladder {
        steps = List.copyOf(steps);
    }

    @Override
    public String word() {
        return WORD;
    }

    @Override
    public List<Change> changes() {
        return steps.stream().map(Step::change).toList();
    }

    /** The changes of the rungs, without the controls. */
    public List<Change> rungs() {
        return steps.stream().filter(Rung.class::isInstance).map(Step::change).toList();
    }

    /** What is set at each rung, and at the base. */
    Map<String, Settings> reached() {
        Map<String, Settings> reached = new HashMap<>();
        Settings top = Settings.empty();
        reached.put(Variant.BASE, top);
        for (Change rung : rungs()) {
            top = top.with(rung.settings());
            reached.put(rung.name(), top);
        }
        return reached;
    }
}
