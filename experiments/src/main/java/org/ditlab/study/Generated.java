package org.ditlab.study;

import java.util.List;

/**
 * A plan kind whose variants are made and named by a rule.
 *
 * @param <K> the kind itself
 */
public sealed interface Generated<K extends Generated<K>> extends PlanKind permits FromChanges, FromAxes {
    /** What holds of every variant of the kind. */
    Terms terms();

    /** The same kind under other terms. */
    K under(Terms terms);

    /** Has every variant meet a cost, after its changes. */
    default K matching(Match match) {
        return under(new Terms(match, terms().exclude(), terms().label(), terms().names()));
    }

    /** Leaves variants out. */
    default K excluding(Exclusion... exclusions) {
        return under(new Terms(terms().match(), List.of(exclusions), terms().label(), terms().names()));
    }

    /** Heads the group of these variants. */
    default K labelled(String label) {
        return under(new Terms(terms().match(), terms().exclude(), label, terms().names()));
    }
}
