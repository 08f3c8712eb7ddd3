package org.ditlab.report;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.ditlab.finding.Finding;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.MarkdownTable;
import org.ditlab.table.ReportTable;

/** {@code findings.md}, what a report judges, and {@code findings/}, the tables and other files behind it. */
final class FindingFiles {
    /** The folder of the tables and the findings' own files. */
    static final String FOLDER = "findings";

    private FindingFiles() {}

    /** Adds the files of some findings; none where there are none. */
    static void put(Map<String, byte[]> files, StudySummary study, List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        List<String> text = new ArrayList<>();
        text.add("# Findings: " + MarkdownTable.escaped(study.name()) + "\n");
        Set<String> taken = new HashSet<>();
        for (Finding finding : findings) {
            text.add("## " + MarkdownTable.escaped(finding.title()) + "\n");
            finding.sentences().forEach(sentence -> text.add(MarkdownTable.escaped(sentence) + "\n"));
            for (ReportTable table : finding.tables()) {
                text.add(MarkdownTable.write(table));
                ReportFiles.put(files, FOLDER + "/" + stem(finding, table, taken), table);
            }
            finding.files().forEach((name, content) -> ReportFiles.put(files, FOLDER + "/" + name, content));
        }
        ReportFiles.put(files, "findings.md", String.join("\n", text));
    }

    /** {@code ladder}, the finding's id, or {@code ladder-steps} of a table that is called {@code steps}; unique. */
    private static String stem(Finding finding, ReportTable table, Set<String> taken) {
        String id = plain(finding.id());
        String name = plain(table.name());
        String stem = name.isEmpty() || name.equals(id) ? id : name.startsWith(id + "-") ? name : id + "-" + name;
        String free = stem;
        for (int i = 2; !taken.add(free); i++) {
            free = stem + "-" + i;
        }
        return free;
    }

    private static String plain(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }
}
