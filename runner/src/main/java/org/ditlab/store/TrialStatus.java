package org.ditlab.store;

import java.nio.file.Files;
import java.util.Locale;
import java.util.Map;

/** Where a trial stands. */
public enum TrialStatus {
    /** Not begun, or stopped and waiting for the next run. */
    PLANNED,
    /** A living process works on it. */
    RUNNING,
    DONE,
    /** Done: the loss was not a number, and no samples were drawn. */
    DIVERGED,
    /** Given up by the last run; the next one tries again. */
    FAILED;

    /** By the files of a trial's directory and its result, which is empty while there is none. */
    public static TrialStatus of(TrialDirectory directory, Map<String, Object> result) {
        if (!result.isEmpty()) {
            return "diverged".equals(result.get("status")) ? DIVERGED : DONE;
        }
        if (WriterLock.holder(directory.path()).isPresent()) {
            return RUNNING;
        }
        return Files.exists(directory.failureFile()) ? FAILED : PLANNED;
    }

    /** {@code done}: the word in tables. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
