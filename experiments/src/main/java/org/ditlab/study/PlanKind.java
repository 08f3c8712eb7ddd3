package org.ditlab.study;

import java.util.List;

/** How variants derive from the base of a study; a study has one or more of these. */
public sealed interface PlanKind permits Ladder, ListPlan, Controls, Generated {
    /** The keys in YAML, in the order in which sections are read. */
    List<String> WORDS = List.of(
            Ladder.WORD,
            ListPlan.WORD,
            Controls.WORD,
            LeaveOneOut.WORD,
            AddOneIn.WORD,
            PermutedLadder.WORD,
            GridPlan.WORD,
            ZipPlan.WORD,
            RandomPlan.WORD);

    /** The key in YAML. */
    String word();

    /** The changes that were written as rows, in their order. */
    List<Change> changes();
}
