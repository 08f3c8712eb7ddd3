package org.ditlab.run;

import java.util.List;
import java.util.Map;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.Trial;
import org.ditlab.study.plan.TrialJson;

/**
 * A trial as the runner takes it from a plan.
 *
 * @param json its {@code trial.json}
 * @param macs multiply-accumulates of one forward pass, for the estimate of time
 */
public record RunnableTrial(Trial trial, Map<String, Object> json, double macs) {
    /** The trials of a plan, in its order. */
    public static List<RunnableTrial> of(Plan plan) {
        Map<String, List<Map<String, Object>>> groups = plan.memberships();
        return plan.trials().stream()
                .map(trial -> new RunnableTrial(
                        trial,
                        TrialJson.tree(trial, plan.cost(trial), groups.getOrDefault(trial.variant(), List.of())),
                        plan.cost(trial).macs()))
                .toList();
    }
}
