package org.ditlab.run.exec;

import java.util.List;

/** Something that happened to a trial's process. */
public sealed interface TrialEvent {
    /** The trial's hash. */
    String trial();

    /** Its process runs. */
    record Started(String trial) implements TrialEvent {}

    /**
     * A stage has come so far.
     *
     * @param stage its id, {@code train-0123456789ab}
     * @param done units of {@code total}
     * @param text for the person waiting
     */
    record Progress(String trial, String stage, long done, long total, String text) implements TrialEvent {}

    /** Its process can do nothing before another process has done something. */
    record Waiting(String trial, String stage, String text) implements TrialEvent {}

    /** Its process was ended so that another trial can go first; it starts again when nobody else works on it. */
    record PutAside(String trial) implements TrialEvent {}

    /** Somebody has taken it out of the queue: it is left for the next run. */
    record Cancelled(String trial) implements TrialEvent {}

    /** Something a person should know of a stage: what it goes on from, a file that is damaged. */
    record Note(String trial, String stage, String text) implements TrialEvent {}

    /** A stage has its result, be it through this trial or another. */
    record StageDone(String trial, String stage) implements TrialEvent {}

    /**
     * Its process ended.
     *
     * @param exitCode 0 when the trial has its result; 2 bad input, 130 stopped on request, anything else a crash
     * @param problem what the worker itself said was wrong; empty when it had no time to
     * @param tail the last lines it wrote
     * @param recorded whether the trial's directory says all this already
     */
    record Ended(String trial, int exitCode, String problem, List<String> tail, boolean recorded)
            implements TrialEvent {
        public Ended(String trial, int exitCode, String problem, List<String> tail) {
            this(trial, exitCode, problem, tail, false);
        }
    }
}
