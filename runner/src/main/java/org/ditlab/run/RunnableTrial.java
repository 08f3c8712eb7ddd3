package org.ditlab.run;

import java.util.Map;
import org.ditlab.study.plan.Trial;

/**
 * A trial as the runner takes it from a plan.
 *
 * @param json its {@code trial.json}
 * @param macs multiply-accumulates of one forward pass, for the estimate of time
 */
public record RunnableTrial(Trial trial, Map<String, Object> json, double macs) {}
