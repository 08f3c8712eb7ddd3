package org.ditlab.study;

import java.util.List;

/** Independent variants, each a change on the base; the base itself runs only where a change is empty. */
public record ListPlan(List<Change> changes) implements PlanKind {
    public static final String WORD = "list";

    public ListPlan {
        changes = List.copyOf(changes);
    }

    @Override
    public String word() {
        return WORD;
    }
}
