package org.ditlab.study.spi;

import org.jspecify.annotations.Nullable;

/**
 * What the planner must know of a feature extractor besides its knobs.
 *
 * @param fingerprint hash of weights that the user brings; empty where the study makes its own
 * @param missing what is not at hand and how to give it, a complete sentence; such a plan cannot run. Null where nothing is
 */
public record ExtractorSummary(String fingerprint, @Nullable String missing) {
    /** The study makes its own. */
    public static final ExtractorSummary OWN = new ExtractorSummary("", null);
}
