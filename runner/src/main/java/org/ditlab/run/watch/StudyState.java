package org.ditlab.run.watch;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.ditlab.run.RunProgress;
import org.ditlab.store.TrialStatus;
import org.jspecify.annotations.Nullable;

/**
 * Where a study stands.
 *
 * @param name of the study
 * @param fraction of the estimated time that lies behind, in [0, 1]
 * @param secondsLeft the estimate for the rest, or null where nothing runs or nothing has been measured
 * @param command what runs again only what has no result; empty where it is not known
 * @param trials in the order of the plan
 * @param problems files that cannot be read, each with its remedy; what hangs on them is left out
 */
public record StudyState(
        String name,
        double fraction,
        @Nullable Double secondsLeft,
        String command,
        List<TrialState> trials,
        List<String> problems) {
    /** How many trials stand so. */
    public int count(TrialStatus status) {
        return (int) trials.stream().filter(trial -> trial.status() == status).count();
    }

    /** Whether no trial is left that may get a result without another run. */
    public boolean ended() {
        return count(TrialStatus.PLANNED) == 0 && count(TrialStatus.RUNNING) == 0;
    }

    /** As a run would show it. */
    public RunProgress progress() {
        return new RunProgress(
                fraction,
                duration(secondsLeft),
                (int) trials.stream().filter(trial -> trial.status().ended()).count(),
                count(TrialStatus.FAILED),
                trials.size(),
                trials.stream()
                        .filter(trial -> trial.status() == TrialStatus.RUNNING)
                        .map(TrialState::row)
                        .toList());
    }

    static Optional<Duration> duration(@Nullable Double seconds) {
        return Optional.ofNullable(seconds).map(some -> Duration.ofMillis(Math.round(1000 * some)));
    }
}
