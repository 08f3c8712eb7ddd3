package org.ditlab.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.JShellException;
import jdk.jshell.UnresolvedReferenceException;
import org.ditlab.study.StudyException;

/** Failures of a cell in words: the line and a caret under it, or an exception with the frames that are the reader's own. */
final class FailureText {
    private static final String RED = "\u001b[1;31m";
    private static final String PLAIN = "\u001b[0m";

    private FailureText() {}

    /**
     * Errors of the compiler.
     *
     * @param cell the whole cell
     * @param offset where the snippet that they are about begins in it
     */
    static CellFailure compilation(String cell, int offset, List<Diag> problems) {
        List<String> lines = new ArrayList<>();
        String first = "";
        for (Diag problem : problems) {
            if (!problem.isError()) {
                continue;
            }
            String message = problem.getMessage(Locale.ROOT).strip();
            if (first.isEmpty()) {
                first = message.lines().findFirst().orElse("");
            }
            caret(
                    lines,
                    cell,
                    offset + (int) Math.max(0, problem.getStartPosition()),
                    offset + (int) Math.max(0, problem.getEndPosition()),
                    message);
        }
        if (first.isEmpty()) {
            first = "this is no Java that can be understood";
            caret(lines, cell, offset, offset, first);
        }
        return new CellFailure("CompilationError", first, titled("CompilationError", lines));
    }

    /** Code that ends before its end. */
    static CellFailure incomplete(String cell) {
        List<String> lines = new ArrayList<>();
        String message = "the code ends too early: a bracket, a quote or a semicolon is missing";
        int end = cell.stripTrailing().length();
        caret(lines, cell, end, end, message);
        return new CellFailure("IncompleteSource", message, titled("IncompleteSource", lines));
    }

    static CellFailure interrupted() {
        return new CellFailure(
                "Interrupted", "interrupted", titled("Interrupted", List.of("the cell was interrupted")));
    }

    static CellFailure outOfTime(String limit) {
        String message = "the cell took longer than " + limit + " (IJAVA_TIMEOUT)";
        return new CellFailure("TimedOut", message, titled("TimedOut", List.of(message)));
    }

    /** What a magic or the kernel itself complains of: the message only. */
    static CellFailure message(String title, String message) {
        return new CellFailure(title, message, titled(title, message.lines().toList()));
    }

    /** An exception that a cell threw. */
    static CellFailure thrown(JShellException thrown, SnippetOrigins origins) {
        if (thrown instanceof UnresolvedReferenceException unresolved) {
            String message = "it uses something that is not declared: "
                    + unresolved.getSnippet().source().strip();
            return new CellFailure(
                    "UnresolvedReference",
                    message,
                    titled("UnresolvedReference", message.lines().toList()));
        }
        if (!(thrown instanceof EvalException exception)) {
            return message("Error", String.valueOf(thrown.getMessage()));
        }
        String name = exception.getExceptionClassName();
        String title = name.substring(name.lastIndexOf('.') + 1);
        String message = exception.getMessage() == null ? "" : exception.getMessage();
        if (name.equals(StudyException.class.getName())) {
            // The same words as on the command line.
            return new CellFailure(title, message, message.lines().toList());
        }
        List<String> lines = new ArrayList<>();
        describe(lines, exception, origins, "");
        return new CellFailure(title, message, lines);
    }

    private static void describe(List<String> lines, EvalException exception, SnippetOrigins origins, String before) {
        String name = exception.getExceptionClassName();
        String message = exception.getMessage() == null ? "" : exception.getMessage();
        List<String> text = new ArrayList<>(message.lines().toList());
        lines.add(before + RED + name + PLAIN + (text.isEmpty() ? "" : ": " + text.remove(0)));
        lines.addAll(text);
        StackTraceElement[] frames = exception.getStackTrace();
        int last = -1;
        for (int i = 0; i < frames.length; i++) {
            if (origins.of(frames[i]).isPresent()) {
                last = i;
            }
        }
        boolean left = false;
        for (StackTraceElement frame : Arrays.asList(frames).subList(0, last + 1)) {
            Optional<SnippetOrigins.Place> place = origins.of(frame);
            if (place.isPresent()) {
                String method = frame.getMethodName();
                lines.add("    at " + (method == null || method.isEmpty() ? "" : method + ", ") + place.get());
                left = false;
            } else if (internal(frame)) {
                if (!left) {
                    lines.add("    ...");
                }
                left = true;
            } else {
                lines.add("    at " + frame);
                left = false;
            }
        }
        if (exception.getCause() instanceof EvalException cause) {
            describe(lines, cause, origins, "caused by ");
        }
    }

    private static boolean internal(StackTraceElement frame) {
        String name = frame.getClassName();
        return name.startsWith("java.")
                || name.startsWith("jdk.")
                || name.startsWith("sun.")
                || name.startsWith("org.ditlab.")
                || name.startsWith("REPL.");
    }

    private static List<String> titled(String title, List<String> lines) {
        List<String> all = new ArrayList<>();
        all.add(RED + title + PLAIN);
        all.addAll(lines);
        return all;
    }

    /** The line, and under it what is meant. */
    private static void caret(List<String> lines, String cell, int start, int end, String message) {
        int from = Math.min(start, cell.length());
        int begin = cell.lastIndexOf('\n', from - 1) + 1;
        int stop = cell.indexOf('\n', from);
        String line = cell.substring(begin, stop < 0 ? cell.length() : stop);
        long number = cell.substring(0, begin)
                        .chars()
                        .filter(character -> character == '\n')
                        .count()
                + 1;
        int width = Math.max(1, Math.min(end - from, line.length() - (from - begin)));
        String head = "line " + number + ": ";
        lines.add(head + line.replace('\t', ' '));
        lines.add(" ".repeat(head.length() + from - begin) + RED + "^".repeat(width) + PLAIN);
        lines.addAll(message.lines().toList());
    }
}
