package org.ditlab.chart;

import java.util.List;
import org.ditlab.store.TrialResult;
import org.ditlab.summary.VariantSummary;

/**
 * What a mark stands for, by which a page finds the rest of it.
 *
 * @param variant {@link Identifiers#of}; empty where the mark is of no variant of the study
 * @param trials ids of the trials behind the mark
 */
public record Subject(String variant, List<String> trials) {
    /** Of no variant. */
    public static final Subject NONE = new Subject("", List.of());

    public Subject {
        trials = List.copyOf(trials);
    }

    /** The finished trials of a variant. */
    static Subject of(int index, VariantSummary variant) {
        return of(index, variant.name(), variant.done());
    }

    static Subject of(int index, String name, List<TrialResult> trials) {
        return new Subject(
                Identifiers.of(index, name), trials.stream().map(TrialResult::id).toList());
    }
}
