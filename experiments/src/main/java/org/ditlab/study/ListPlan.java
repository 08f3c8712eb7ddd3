package org.ditlab.study;

import java.util.List;

/** Independent variants, each a change on the base; the base itself runs only where a change is empty. */
public record ListPlan(List<Change> changes) implements PlanKind {
    public ListPlan {
        changes = List.copyOf(changes);
    }

    @Override
    public String word() {
        return "list";
    }

    @Override
    public List<Variant> variants() {
        return changes.stream()
                .map(change -> new Variant(change.name(), VariantRole.VARIANT, Variant.BASE, change, change.settings()))
                .toList();
    }
}
