package org.ditlab.table;

import java.util.ArrayList;
import java.util.List;

/**
 * What was asked for beside the columns that are always there.
 *
 * @param differences differences to the base over paired seeds
 * @param pValues a paired t-test of every variant against the base, and its correction
 * @param published which rows of papers stand beside
 */
public record TableOptions(boolean differences, boolean pValues, PublishedChoice published) {
    /** What a report has when nothing is asked for. */
    public static final TableOptions STANDARD = new TableOptions(false, false, PublishedChoice.MATCHING);

    /** The words of a command that ask for these; none for what is standard. */
    public List<String> arguments() {
        List<String> words = new ArrayList<>();
        if (differences) {
            words.add("--differences");
        }
        if (pValues) {
            words.add("--p-values");
        }
        if (published != STANDARD.published) {
            words.add("--published");
            words.add(published.word());
        }
        return List.copyOf(words);
    }
}
