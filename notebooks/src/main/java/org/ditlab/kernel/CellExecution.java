package org.ditlab.kernel;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jshell.execution.LocalExecutionControl;
import org.jspecify.annotations.Nullable;

/**
 * Runs cells in this process, hands their values over as they are, and stops them in two steps: an interrupt, which library
 * code answers by saving and returning; then JShell's own way, when the cell's own code runs on, when it was asked a second
 * time, or when the patience is at its end.
 */
final class CellExecution extends LocalExecutionControl {
    /** JShell's name for the threads of a snippet. */
    private static final String GROUP = "JShell process local execution";

    /** How often one looks whether the cell has ended. */
    private static final Duration LOOK = Duration.ofMillis(100);
    /** How long a cell's own code may run on after an interrupt. */
    private static final Duration ANSWER = Duration.ofSeconds(1);

    private final Duration patience;
    private volatile boolean running;
    private final AtomicInteger asked = new AtomicInteger();
    private @Nullable Object value;

    CellExecution(Duration patience) {
        this.patience = patience;
    }

    /** The value of the variable that JShell was asked for last. */
    @Nullable
    Object value() {
        return value;
    }

    @Override
    public String varValue(String className, String name) throws InternalException {
        try {
            Field field = findClass(className).getDeclaredField(name);
            field.setAccessible(true);
            value = field.get(null);
            return "";
        } catch (ReflectiveOperationException e) {
            throw new InternalException(e.toString());
        }
    }

    /** A new cell, which nobody has asked to stop. */
    void begin() {
        asked.set(0);
    }

    @Override
    protected String invoke(Method method) throws Exception {
        if (asked.get() > 0) {
            throw new StoppedException();
        }
        // Inherited by the snippet's thread, so that services of jars added later are found.
        Thread.currentThread().setContextClassLoader(method.getDeclaringClass().getClassLoader());
        return super.invoke(method);
    }

    @Override
    public void stop() throws EngineTerminationException, InternalException {
        if (asked.incrementAndGet() == 1) {
            interruptAndWait();
        }
        if (running) {
            super.stop();
        }
    }

    /** Until the snippet has ended, the patience has, or the thread is seen in the cell's own code. */
    private synchronized void interruptAndWait() {
        long begin = System.nanoTime();
        Thread interrupted = null;
        try {
            while (running && System.nanoTime() - begin < patience.toNanos()) {
                // JShell may be about to start it.
                Thread snippet = snippet();
                if (snippet != null && snippet != interrupted) {
                    snippet.interrupt();
                    interrupted = snippet;
                }
                wait(LOOK.toMillis());
                if (snippet != null && System.nanoTime() - begin > ANSWER.toNanos() && inCell(snippet)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean inCell(Thread snippet) {
        StackTraceElement[] frames = snippet.getStackTrace();
        return snippet.getState() == Thread.State.RUNNABLE
                && frames.length > 0
                && frames[0].getClassName().startsWith("REPL.");
    }

    /** The thread that JShell started for the snippet, the group's first; what that one started is its own affair. */
    private static @Nullable Thread snippet() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getThreadGroup() != null
                        && thread.getThreadGroup().getName().equals(GROUP))
                .min(Comparator.comparingLong(CellExecution::number))
                .orElse(null);
    }

    @SuppressWarnings("deprecation") // Its successor is younger than Java 17.
    private static long number(Thread thread) {
        return thread.getId();
    }

    @Override
    protected void clientCodeEnter() {
        super.clientCodeEnter();
        running = true;
    }

    @Override
    protected synchronized void clientCodeLeave() {
        super.clientCodeLeave();
        running = false;
        notifyAll();
    }
}
