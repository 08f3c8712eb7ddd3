package org.ditlab.store;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Where a trial stands. */
public enum TrialStatus {
    /** Not begun, or stopped and waiting for the next run. */
    PLANNED,
    /** A living process works on it. */
    RUNNING,
    DONE,
    /** Done: the loss was not a number, and no samples were drawn. */
    DIVERGED,
    /** Ended on the way by the study's early stopping: it has no samples; it goes on where the policy is changed or left out. */
    STOPPED,
    /** Given up by the last run; the next one tries again. */
    FAILED;

    /** By the files of a trial's directory and its result, which is empty while there is none. */
    public static TrialStatus of(TrialDirectory directory, Map<String, Object> result) {
        if (!result.isEmpty()) {
            return ofResult(result);
        }
        if (WriterLock.holder(directory.path()).isPresent()) {
            return RUNNING;
        }
        return Files.exists(directory.failureFile()) ? FAILED : PLANNED;
    }

    /** Of a trial that has a result, by what that says. */
    public static TrialStatus ofResult(Map<String, Object> result) {
        TrialStatus status = ofWord(String.valueOf(result.get("status")));
        return status.ended() ? status : DONE;
    }

    /** What {@link #word} gave; {@link #PLANNED} for anything else. */
    public static TrialStatus ofWord(String word) {
        for (TrialStatus status : values()) {
            if (status.word().equals(word)) {
                return status;
            }
        }
        return PLANNED;
    }

    /** Whether the trial has a result, and nothing more is to be done. */
    public boolean ended() {
        return this == DONE || this == DIVERGED || this == STOPPED;
    }

    /** {@code 5 of 7 trials done, 1 diverged, 1 running}: where a study stands, in the same words everywhere. */
    public static String counts(ToLongFunction<TrialStatus> count) {
        long all = Arrays.stream(values()).mapToLong(count).sum();
        if (all == 0) {
            return "no trial is planned yet";
        }
        StringBuilder text =
                new StringBuilder(count.applyAsLong(DONE) + " of " + all + (all == 1 ? " trial" : " trials") + " done");
        for (TrialStatus status : values()) {
            if (status != DONE && count.applyAsLong(status) > 0) {
                text.append(", ").append(count.applyAsLong(status)).append(' ').append(status.word());
            }
        }
        return text.toString();
    }

    /** {@code done}: the word in tables. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
