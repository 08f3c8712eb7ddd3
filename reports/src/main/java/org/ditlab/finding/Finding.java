package org.ditlab.finding;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ditlab.table.ReportTable;

/**
 * A section of the report that judges: what was found, in sentences, and the numbers behind it.
 *
 * @param id the section's anchor, and the stem of its files
 * @param title the section's heading
 * @param sentences plain text, one paragraph each; what cannot be told from so few seeds is said too
 * @param tables the numbers, each with its caption
 * @param files what else belongs to the numbers, text by file name: how a model was trained; the same results give the same text
 */
public record Finding(
        String id, String title, List<String> sentences, List<ReportTable> tables, Map<String, String> files) {
    public Finding {
        sentences = List.copyOf(sentences);
        tables = List.copyOf(tables);
        files = Collections.unmodifiableMap(new TreeMap<>(files));
    }

    /** A finding without files of its own. */
    public Finding(String id, String title, List<String> sentences, List<ReportTable> tables) {
        this(id, title, sentences, tables, Map.of());
    }
}
