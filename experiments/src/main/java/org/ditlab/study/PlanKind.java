package org.ditlab.study;

import java.util.List;

/** How a study's variants derive from its base. */
public sealed interface PlanKind permits Ladder, ListPlan {
    /** The key in YAML. */
    String word();

    /** The changes that were written, in their order. */
    List<Change> changes();

    /** The variants, parents first. */
    List<Variant> variants();
}
