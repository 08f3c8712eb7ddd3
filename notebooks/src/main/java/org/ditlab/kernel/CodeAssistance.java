package org.ditlab.kernel;

import io.github.spencerpark.jupyter.kernel.ReplacementOptions;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import java.util.List;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import jdk.jshell.SourceCodeAnalysis.Suggestion;
import org.jspecify.annotations.Nullable;

/** Help while a cell is being written: completion, signatures, and whether it is complete. */
final class CodeAssistance {
    private static final int MOST = 200;

    private final SourceCodeAnalysis analysis;

    CodeAssistance(SourceCodeAnalysis analysis) {
        this.analysis = analysis;
    }

    /** What could stand at the cursor. */
    ReplacementOptions complete(String cell, int cursor) {
        int begin = snippetStart(cell, cursor);
        int[] anchor = {cursor - begin};
        List<Suggestion> suggestions =
                analysis.completionSuggestions(cell.substring(begin, cursor), cursor - begin, anchor);
        boolean fitting = suggestions.stream().anyMatch(Suggestion::matchesType);
        List<String> words = suggestions.stream()
                .filter(suggestion -> !fitting || suggestion.matchesType() || suggestions.size() < MOST)
                .sorted((one, other) -> Boolean.compare(other.matchesType(), one.matchesType()))
                .map(Suggestion::continuation)
                .distinct()
                .limit(MOST)
                .toList();
        return new ReplacementOptions(words, begin + anchor[0], cursor);
    }

    /** Signatures, with documentation where its source is at hand, of what stands before the cursor; null where nothing does. */
    @Nullable
    DisplayData inspect(String cell, int cursor) {
        int end = cursor;
        while (end < cell.length() && Character.isJavaIdentifierPart(cell.charAt(end))) {
            end++;
        }
        int begin = snippetStart(cell, cursor);
        List<Documentation> found = documentation(cell.substring(begin, end));
        if (found.isEmpty()) {
            // A method's documentation is found inside its brackets.
            found = documentation(cell.substring(begin, end) + "(");
        }
        if (found.isEmpty()) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (Documentation one : found) {
            text.append(one.signature()).append('\n');
            String documentation = one.javadoc();
            if (documentation != null && !documentation.isBlank()) {
                text.append("    ")
                        .append(documentation.strip().replace("\n", "\n    "))
                        .append("\n\n");
            }
        }
        return new DisplayData(text.toString().strip());
    }

    private List<Documentation> documentation(String code) {
        return analysis.documentation(code, code.length(), true);
    }

    /** {@code complete}, {@code invalid}, or what the next line begins with when there must be one. */
    String completeness(String cell) {
        String rest = cell;
        while (true) {
            CompletionInfo info = analysis.analyzeCompletion(rest);
            Completeness completeness = info.completeness();
            switch (completeness) {
                case DEFINITELY_INCOMPLETE:
                case CONSIDERED_INCOMPLETE:
                    return indent(cell);
                case UNKNOWN:
                    return "invalid";
                case EMPTY:
                    return "complete";
                case COMPLETE:
                case COMPLETE_WITH_SEMI:
                    if (info.remaining().isBlank()) {
                        return "complete";
                    }
                    rest = info.remaining();
                    break;
            }
        }
    }

    private static String indent(String cell) {
        String last = cell.substring(cell.lastIndexOf('\n') + 1);
        String space = last.substring(0, last.length() - last.stripLeading().length());
        return last.stripTrailing().endsWith("{") ? space + "    " : space;
    }

    /** Where the snippet begins that the cursor is in. */
    private int snippetStart(String cell, int cursor) {
        int begin = 0;
        while (true) {
            CompletionInfo info = analysis.analyzeCompletion(cell.substring(begin, cursor));
            String remaining = info.remaining();
            if (!info.completeness().isComplete() || remaining == null || remaining.isBlank()) {
                return begin;
            }
            begin = cursor - remaining.length();
        }
    }
}
