package org.ditlab.run.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.WriterLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three trials: the first two share a training. */
class WaitingTrialsTests {
    private static final List<String> TRIALS = List.of("a".repeat(64), "b".repeat(64), "c".repeat(64));

    private final List<String> done = new ArrayList<>();

    @TempDir
    private Path directory;

    private StudyDirectory study;
    private long now;
    private WaitingTrials waiting;

    @BeforeEach
    void plan() throws IOException {
        study = StudyDirectory.create(directory);
        waiting = new WaitingTrials(study, () -> now);
        for (int i = 0; i < TRIALS.size(); i++) {
            String training = i < 2 ? "1" : "2";
            Map<String, Object> train = Map.of("id", "train-" + training, "hash", training, "uses", List.of());
            Map<String, Object> sample = Map.of("id", "sample-" + i, "hash", "s" + i, "uses", List.of(training));
            Files.createDirectories(study.trial(TRIALS.get(i)).path());
            JsonFile.write(study.trial(TRIALS.get(i)).trialFile(), Map.of("stages", List.of(train, sample)));
            waiting.add(TRIALS.get(i));
        }
    }

    @Test
    void nobodyHoldsAny() {
        assertThat(List.of(
                        waiting.free(Set.of(), done::add),
                        waiting.free(Set.of(), done::add),
                        waiting.free(Set.of(), done::add)))
                .extracting(trial -> trial.orElseThrow())
                .isEqualTo(TRIALS);
        assertThat(waiting.anyFree(Set.of())).isFalse();
    }

    @Test
    void whatAnotherWorksOnIsPassedOverUntilItIsFree() throws Exception {
        try (WriterLock trial = lock(study.trial(TRIALS.get(0)).path());
                WriterLock training = lock(study.stage("train-1").path())) {
            assertThat(trial.held() && training.held()).isTrue();
            assertThat(waiting.free(Set.of(), done::add)).contains(TRIALS.get(2));
            assertThat(waiting.anyFree(Set.of())).isFalse();
        }
        assertThat(waiting.free(Set.of(), done::add))
                .as("what was seen a moment ago is believed")
                .isEmpty();
        now += WaitingTrials.BELIEVED.toNanos();
        assertThat(waiting.free(Set.of(), done::add)).contains(TRIALS.get(0));
    }

    @Test
    void whatAWorkerHereDoesNextIsHeldBeforeItHasLockedIt() {
        assertThat(waiting.free(Set.of(), done::add)).contains(TRIALS.get(0));
        Set<String> running = Set.of(TRIALS.get(0));
        assertThat(waiting.free(running, done::add)).contains(TRIALS.get(2));
        assertThat(waiting.anyFree(running)).isFalse();
        waiting.changed();
        assertThat(waiting.free(Set.of(), done::add)).contains(TRIALS.get(1));
    }

    @Test
    void whatWasPutAsideLetsOthersGoFirstEachTimeForLonger() {
        String trial = waiting.first().orElseThrow();
        waiting.clear();
        for (int times = 0; times < 3; times++) {
            waiting.addAside(trial);
            now += (WaitingTrials.ASIDE.toNanos() << times) - 1;
            waiting.changed();
            assertThat(waiting.anyFree(Set.of())).isFalse();
            now++;
            assertThat(waiting.free(Set.of(), done::add)).contains(trial);
        }
    }

    @Test
    void aTrainingThatIsDoneFreesWhatFollows() throws Exception {
        Files.createDirectories(study.stage("train-1").path());
        JsonFile.write(study.stage("train-1").resultFile(), Map.of());
        try (WriterLock trial = lock(study.trial(TRIALS.get(0)).path())) {
            assertThat(trial.held()).isTrue();
            assertThat(waiting.free(Set.of(), done::add)).contains(TRIALS.get(1));
        }
    }

    @Test
    void whatAnotherHasDoneIsTold() throws Exception {
        JsonFile.write(study.trial(TRIALS.get(0)).resultFile(), Map.of());

        assertThat(waiting.free(Set.of(), done::add)).contains(TRIALS.get(1));
        assertThat(done).containsExactly(TRIALS.get(0));
    }

    private static WriterLock lock(Path directory) throws IOException {
        return WriterLock.tryAcquire(Files.createDirectories(directory)).orElseThrow();
    }
}
