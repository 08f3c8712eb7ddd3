package org.ditlab.run.exec;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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
import java.util.function.LongSupplier;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.WriterLock;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/**
 * Trials that wait for a worker of this process, in order. One that could do nothing, because living processes hold it or all
 * its next stages, is passed over: another run of the study may work on it, or another worker on a stage that both need. What
 * was found so is believed for {@link #BELIEVED}: a look costs a few files for each trial, and is asked for several times a
 * second.
 */
final class WaitingTrials {
    static final Duration BELIEVED = Duration.ofSeconds(3);
    /** Of a trial that was put aside; twice as long each time, so that in the end one waits in line for as long as a lease. */
    static final Duration ASIDE = Duration.ofSeconds(5);

    private static final int DOUBLINGS = 6;

    private final StudyDirectory study;
    private final LongSupplier nanoTime;
    private final Deque<String> trials = new ArrayDeque<>();
    private final Map<String, List<Needed>> stages = new HashMap<>();
    private final Map<String, Long> passedOver = new HashMap<>();
    private final Map<String, Aside> aside = new HashMap<>();

    /** A stage of a trial: its id, its hash, and the hashes of those that it uses. */
    private record Needed(String id, String hash, List<String> uses) {}

    /** A trial that was put aside: when it may start again, and how often it was. */
    private record Aside(long until, int times) {}

    /** Where a stage stands. */
    private enum State {
        DONE,
        HELD,
        FREE
    }

    WaitingTrials(StudyDirectory study) {
        this(study, System::nanoTime);
    }

    WaitingTrials(StudyDirectory study, LongSupplier nanoTime) {
        this.study = study;
        this.nanoTime = nanoTime;
    }

    void add(String trial) {
        trials.add(trial);
    }

    /** Adds one that was started and could do nothing; whatever its locks say, others go first for a while. */
    void addAside(String trial) {
        int times = aside.containsKey(trial) ? aside.get(trial).times() + 1 : 0;
        long wait = ASIDE.toNanos() << Math.min(times, DOUBLINGS);
        aside.put(trial, new Aside(nanoTime.getAsLong() + wait, times));
        trials.add(trial);
    }

    void clear() {
        trials.clear();
    }

    /** A worker of this process has ended, or a stage of its trial: what was believed may be so no more. */
    void changed() {
        passedOver.clear();
    }

    /**
     * Whether there is one that nobody holds.
     *
     * @param running the trials of this process's workers; what each does next is as good as held
     */
    boolean anyFree(Set<String> running) {
        @Nullable Map<String, State> seen = null;
        for (String trial : trials) {
            if (looks(trial)) {
                seen = seen == null ? taken(running) : seen;
                if (free(trial, seen)) {
                    return true;
                }
                pass(trial);
            }
        }
        return false;
    }

    /**
     * Takes out the first that nobody holds.
     *
     * @param running the trials of this process's workers; what each does next is as good as held
     * @param done told the trials before it that are taken out because another run has done them
     */
    Optional<String> free(Set<String> running, Consumer<String> done) {
        @Nullable Map<String, State> seen = null;
        for (String trial : List.copyOf(trials)) {
            if (!looks(trial)) {
                continue;
            }
            if (study.trial(trial).done()) {
                trials.remove(trial);
                done.accept(trial);
                continue;
            }
            seen = seen == null ? taken(running) : seen;
            if (free(trial, seen)) {
                trials.remove(trial);
                return Optional.of(trial);
            }
            pass(trial);
        }
        return Optional.empty();
    }

    /** Whether it is time to look at a trial. */
    private boolean looks(String trial) {
        long now = nanoTime.getAsLong();
        return (!passedOver.containsKey(trial) || now - passedOver.get(trial) >= 0)
                && (!aside.containsKey(trial) || now - aside.get(trial).until() >= 0);
    }

    private void pass(String trial) {
        passedOver.put(trial, nanoTime.getAsLong() + BELIEVED.toNanos());
    }

    /** What workers that have only just been started will lock first. */
    private Map<String, State> taken(Set<String> running) {
        Map<String, State> seen = new HashMap<>();
        for (String trial : running) {
            Set<String> done = new HashSet<>();
            for (Needed stage : stages.computeIfAbsent(trial, this::read)) {
                State state = seen.computeIfAbsent(stage.id(), this::state);
                if (state == State.DONE) {
                    done.add(stage.hash());
                } else if (done.containsAll(stage.uses())) {
                    seen.put(stage.id(), State.HELD);
                    break;
                }
            }
        }
        return seen;
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
