package org.ditlab.finding;

import java.util.List;
import org.ditlab.table.ReportTable;

/**
 * A section of the report that judges: what was found, in sentences, and the numbers behind it.
 *
 * @param id the section's anchor, and the stem of its files
 * @param title the section's heading
 * @param sentences plain text, one paragraph each; what cannot be told from so few seeds is said too
 * @param tables the numbers, each with its caption
 */
public record Finding(String id, String title, List<String> sentences, List<ReportTable> tables) {
    public Finding {
        sentences = List.copyOf(sentences);
        tables = List.copyOf(tables);
    }
}
