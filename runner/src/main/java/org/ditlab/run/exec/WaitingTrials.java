package org.ditlab.run.exec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.WriterLock;
import org.ditlab.study.StudyException;

/**
 * Trials that wait for a worker of this process, in order. One that could do nothing, because living processes hold it or all
 * its next stages, is passed over: another run of the study may work on it, or another worker on a stage that both need.
 */
final class WaitingTrials {
    private final StudyDirectory study;
    private final Deque<String> trials = new ArrayDeque<>();
    private final Map<String, List<Needed>> stages = new HashMap<>();

    /** A stage of a trial: its id, its hash, and the hashes of those that it uses. */
    private record Needed(String id, String hash, List<String> uses) {}

    /** Where a stage stands. */
    private enum State {
        DONE,
        HELD,
        FREE
    }

    WaitingTrials(StudyDirectory study) {
        this.study = study;
    }

    void add(String trial) {
        trials.add(trial);
    }

    void clear() {
        trials.clear();
    }

    /** Whether there is one that nobody holds. */
    boolean anyFree() {
        Map<String, State> seen = new HashMap<>();
        return trials.stream().anyMatch(trial -> free(trial, seen));
    }

    /**
     * Takes out the first that nobody holds.
     *
     * @param done told the trials before it that are taken out because another run has done them
     */
    Optional<String> free(Consumer<String> done) {
        Map<String, State> seen = new HashMap<>();
        for (String trial : List.copyOf(trials)) {
            if (study.trial(trial).done()) {
                trials.remove(trial);
                done.accept(trial);
            } else if (free(trial, seen)) {
                trials.remove(trial);
                return Optional.of(trial);
            }
        }
        return Optional.empty();
    }

    /** Takes out the first. */
    Optional<String> first() {
        return Optional.ofNullable(trials.poll());
    }

    /** @param seen stages that were looked at a moment ago */
    private boolean free(String trial, Map<String, State> seen) {
        Set<String> done = new HashSet<>();
        boolean waits = false;
        for (Needed stage : stages.computeIfAbsent(trial, this::read)) {
            State state = seen.computeIfAbsent(stage.id(), this::state);
            if (state == State.DONE) {
                done.add(stage.hash());
            } else if (done.containsAll(stage.uses())) {
                if (state == State.FREE) {
                    return !held(study.trial(trial).path());
                }
                waits = true;
            }
        }
        return !waits && !held(study.trial(trial).path());
    }

    private State state(String stage) {
        if (study.stage(stage).done()) {
            return State.DONE;
        }
        return held(study.stage(stage).path()) ? State.HELD : State.FREE;
    }

    private static boolean held(Path directory) {
        return WriterLock.holder(directory).isPresent();
    }

    /** None where the file is damaged: the worker will say so. */
    private List<Needed> read(String trial) {
        List<Needed> found = new ArrayList<>();
        try {
            if (study.trial(trial).trial().get("stages") instanceof List<?> rows) {
                for (Object row : rows) {
                    if (row instanceof Map<?, ?> stage && stage.get("uses") instanceof List<?> uses) {
                        found.add(new Needed(
                                String.valueOf(stage.get("id")),
                                String.valueOf(stage.get("hash")),
                                uses.stream().map(String::valueOf).toList()));
                    }
                }
            }
        } catch (IOException | StudyException damaged) {
            return List.of();
        }
        return found;
    }
}
