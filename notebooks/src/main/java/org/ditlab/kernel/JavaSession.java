package org.ditlab.kernel;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Status;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.VarSnippet;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import org.jspecify.annotations.Nullable;

/**
 * Cells of Java, one after the other, in one state: declarations stay, and the value of a cell is that of its last
 * expression. Runs in this process and sees the classes of its class path; knows nothing of Jupyter and of magics.
 */
final class JavaSession implements AutoCloseable {
    private final JShell shell;
    private final CellExecution execution;
    private final SourceCodeAnalysis analysis;
    private final SnippetOrigins origins = new SnippetOrigins();
    private final @Nullable Duration limit;
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(3, JavaSession::daemon);
    private boolean busy;
    private int stopping;
    private @Nullable CellFailure stopped;

    /**
     * @param compilerOptions of {@code javac}
     * @param limit how long a cell may take, or null for as long as it wants
     * @param patience how long a cell has to answer an interrupt
     */
    JavaSession(List<String> compilerOptions, @Nullable Duration limit, Duration patience) {
        this.limit = limit;
        this.execution = new CellExecution(patience);
        this.shell = JShell.builder()
                .executionEngine(new InThisProcess(execution), Map.of())
                .compilerOptions(compilerOptions.toArray(String[]::new))
                .build();
        this.analysis = shell.sourceCodeAnalysis();
    }

    /**
     * Runs a cell.
     *
     * @param cell its number, as the reader counts; 0 for a startup script
     * @return the value of the last expression; null where there is none, and for the value {@code null}
     * @throws CellFailure when it does not compile, throws, or is interrupted
     */
    @Nullable
    Object evaluate(String code, int cell) throws CellFailure {
        begin();
        ScheduledFuture<?> alarm = limit == null || cell == 0
                ? null
                : clock.schedule(
                        () -> stop(FailureText.outOfTime(limit.toMillis() + " ms")),
                        limit.toMillis(),
                        TimeUnit.MILLISECONDS);
        try {
            return snippets(code, cell);
        } finally {
            if (alarm != null) {
                alarm.cancel(false);
            }
            synchronized (this) {
                busy = false;
            }
        }
    }

    /** Once whoever stopped the cell before has let go. */
    private synchronized void begin() {
        try {
            while (stopping > 0) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        busy = true;
        stopped = null;
        execution.begin();
    }

    private @Nullable Object snippets(String code, int cell) throws CellFailure {
        Object value = null;
        int offset = 0;
        while (true) {
            String rest = code.substring(offset);
            CompletionInfo info = analysis.analyzeCompletion(rest);
            Completeness completeness = info.completeness();
            if (completeness == Completeness.EMPTY) {
                return value;
            }
            boolean incomplete = completeness == Completeness.DEFINITELY_INCOMPLETE
                    || completeness == Completeness.CONSIDERED_INCOMPLETE;
            if (incomplete) {
                throw FailureText.incomplete(code);
            }
            // What cannot be understood is given to the compiler whole, which says why.
            String source = completeness == Completeness.UNKNOWN ? rest : info.source();
            value = evaluate(source, code, offset, cell);
            if (completeness == Completeness.UNKNOWN || info.remaining().isEmpty()) {
                return value;
            }
            offset = code.length() - info.remaining().length();
        }
    }

    private @Nullable Object evaluate(String source, String code, int offset, int cell) throws CellFailure {
        // JShell counts the lines of a snippet from its first word.
        int first = offset + source.length() - source.stripLeading().length();
        String before = code.substring(0, Math.min(first, code.length()));
        int line = (int) before.chars().filter(character -> character == '\n').count() + 1;
        List<SnippetEvent> events = shell.eval(source);
        for (SnippetEvent event : events) {
            if (event.causeSnippet() == null) {
                origins.put(event.snippet().id(), new SnippetOrigins.Place(cell, line));
            }
        }
        synchronized (this) {
            if (stopped != null) {
                throw stopped;
            }
        }
        Snippet last = null;
        for (SnippetEvent event : events) {
            if (event.status() == Status.REJECTED) {
                throw FailureText.compilation(
                        code, offset, shell.diagnostics(event.snippet()).toList());
            }
            if (event.exception() != null) {
                throw FailureText.thrown(event.exception(), origins);
            }
            if (event.causeSnippet() == null) {
                last = event.snippet();
                note(event);
            }
        }
        return last == null ? null : value(last);
    }

    /** A declaration that uses what is not declared yet is kept; its writer should know. */
    private void note(SnippetEvent event) {
        boolean open = event.status() == Status.RECOVERABLE_DEFINED || event.status() == Status.RECOVERABLE_NOT_DEFINED;
        if (open && event.snippet() instanceof DeclarationSnippet declaration) {
            List<String> missing = shell.unresolvedDependencies(declaration).toList();
            System.err.println(
                    declaration.name() + " cannot be used until this is declared: " + String.join(", ", missing));
        }
    }

    private @Nullable Object value(Snippet snippet) throws CellFailure {
        switch (snippet.subKind()) {
            case TEMP_VAR_EXPRESSION_SUBKIND:
                return read((VarSnippet) snippet);
            case VAR_VALUE_SUBKIND:
                String name = snippet.source().strip().replaceAll(";$", "").strip();
                return shell.variables()
                        .filter(variable -> variable.name().equals(name))
                        .findFirst()
                        .map(this::read)
                        .orElse(null);
            default:
                return null;
        }
    }

    private @Nullable Object read(VarSnippet variable) {
        shell.varValue(variable);
        return execution.value();
    }

    /** Stops the cell that is running, if one is; returns at once. */
    void interrupt() {
        stop(FailureText.interrupted());
    }

    private synchronized void stop(CellFailure reason) {
        if (!busy) {
            return;
        }
        stopped = stopped == null ? reason : stopped;
        stopping++;
        clock.execute(this::stopShell);
    }

    private void stopShell() {
        try {
            shell.stop();
        } finally {
            synchronized (this) {
                stopping--;
                notifyAll();
            }
        }
    }

    /** Jars and folders for cells that come later, for the compiler and at run time. */
    void addToClassPath(String entry) {
        shell.addToClasspath(entry);
    }

    /** What is known of code that has not been run. */
    SourceCodeAnalysis analysis() {
        return analysis;
    }

    @Override
    public void close() {
        clock.shutdownNow();
        shell.close();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "cell clock");
        thread.setDaemon(true);
        return thread;
    }

    /** JShell asks a provider for the one engine that there is. */
    private record InThisProcess(CellExecution execution) implements ExecutionControlProvider {
        @Override
        public String name() {
            return "cells";
        }

        @Override
        public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
            return execution;
        }
    }
}
