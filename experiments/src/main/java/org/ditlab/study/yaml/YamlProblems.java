package org.ditlab.study.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.ditlab.study.StudyException;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** Collects what is wrong with a file, to be thrown at once and in the order of the lines. */
final class YamlProblems {
    private static final int SHOWN = 50;

    private record Problem(int line, int column, int endColumn, String text, Supplier<String> remark) {}

    private final SourceText source;
    private final List<Problem> problems = new ArrayList<>();

    YamlProblems(SourceText source) {
        this.source = source;
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    /** Reports what is wrong and what was expected at a node; the remark may be empty and is asked for when shown. */
    void add(Node node, String text, Supplier<String> remark) {
        Mark start = node.getStartMark().orElseThrow();
        problems.add(new Problem(start.getLine(), start.getColumn(), endColumn(node), text, remark));
    }

    void add(Node node, String text) {
        add(node, text, () -> "");
    }

    /** Reports what is wrong at the first character of a node. */
    void addAtStart(Node node, String text) {
        Mark start = node.getStartMark().orElseThrow();
        add(start.getLine(), start.getColumn(), text);
    }

    /** Reports what is wrong at one character. */
    void add(int line, int column, String text) {
        problems.add(new Problem(line, column, column + 1, text, () -> ""));
    }

    /** {@code quickstart.yaml:13:54} of a node. */
    String place(Node node) {
        Mark start = node.getStartMark().orElseThrow();
        return source.place(start.getLine(), start.getColumn());
    }

    /** The line of a node with carets below it. */
    String excerpt(Node node) {
        Mark start = node.getStartMark().orElseThrow();
        return source.snippet(start.getLine(), start.getColumn(), endColumn(node), "");
    }

    private static int endColumn(Node node) {
        Mark end = node.getEndMark().orElseThrow();
        return end.getLine() == node.getStartMark().orElseThrow().getLine() ? end.getColumn() : -1;
    }

    /** Throws what was collected, if anything was. */
    void throwIfAny() {
        if (problems.isEmpty()) {
            return;
        }
        List<String> messages = new ArrayList<>();
        problems.stream()
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .limit(SHOWN)
                .forEach(problem -> messages.add(message(problem)));
        if (problems.size() > SHOWN) {
            messages.add(source.fileName() + ": and " + (problems.size() - SHOWN) + " more problems");
        }
        throw new StudyException(messages);
    }

    private String message(Problem problem) {
        return source.place(problem.line(), problem.column()) + "  " + problem.text() + System.lineSeparator()
                + source.snippet(
                        problem.line(),
                        problem.column(),
                        problem.endColumn(),
                        problem.remark().get());
    }
}
