package org.ditlab.run.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ditlab.run.exec.TrialEvent;
import org.ditlab.run.exec.WorkerMessage;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.TrialDirectory;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedTrialTests {
    private static final String HASH = "0123456789ab" + "0".repeat(52);
    private static final QueuedTask RUNNING = new QueuedTask("7", 0, "RUNNING", "n1", "ditlab-s-001", "None");

    private final List<TrialEvent> events = new ArrayList<>();

    @TempDir
    private Path directory;

    private StudyDirectory study;
    private TrialDirectory trial;
    private Submission submission;

    @BeforeEach
    void submit() throws Exception {
        study = StudyDirectory.create(directory.resolve("s"));
        trial = study.trial(HASH);
        Files.createDirectories(trial.path());
        JsonFile.write(trial.trialFile(), Map.of("trial", HASH, "variant", "base", "replicate", 1));
        submission = submitted("7");
    }

    @Test
    void whatLeftTheQueueIsLostAfterSomeLooks() throws Exception {
        WatchedTrial watched = new WatchedTrial(study, HASH);

        assertThat(watched.look(Optional.empty(), events)).isFalse();
        assertThat(watched.look(Optional.empty(), events)).isFalse();
        assertThat(watched.look(Optional.empty(), events)).isTrue();
        assertThat(events).singleElement().isInstanceOf(TrialEvent.Ended.class);
    }

    @Test
    void whatWasCancelledIsNotLost() throws Exception {
        WatchedTrial watched = new WatchedTrial(study, HASH);
        submission.cancelled(Set.of(HASH, "another"), true);

        assertThat(watched.look(Optional.of(RUNNING), events)).as("it saves").isFalse();
        events.clear();
        assertThat(watched.look(Optional.empty(), events)).isTrue();
        assertThat(events).containsExactly(new TrialEvent.Cancelled(HASH));

        assertThat(Submission.cancelled(study.path(), HASH)).isTrue();
        submitted("8");
        assertThat(Submission.cancelled(study.path(), HASH))
                .as("submitted anew")
                .isFalse();
    }

    @Test
    void whatTheClusterRefusedToCancelGoesOn() throws Exception {
        submission.cancelled(Set.of(HASH), true);
        submission.cancelled(Set.of(HASH), false);

        assertThat(Submission.cancelled(study.path(), HASH)).isFalse();
    }

    @Test
    void aNoteIsToldOnce() throws Exception {
        WatchedTrial watched = new WatchedTrial(study, HASH);
        JsonFile.write(
                trial.messageFile(), WorkerMessage.note("train-0", "resumes").json());
        for (int look = 0; look < 3; look++) {
            watched.look(Optional.of(RUNNING), events);
        }

        assertThat(events)
                .containsExactly(new TrialEvent.Started(HASH), new TrialEvent.Note(HASH, "train-0", "resumes"));
    }

    @Test
    void aDirectoryThatNoScriptCanNameIsRefused() {
        assertThatThrownBy(() -> new SlurmExecutorProvider().check(directory.resolve("a\nb"), List.of()))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("--out");
    }

    private Submission submitted(String job) throws Exception {
        return Submission.create(study.path(), List.of(trial)).with(new Submission.JobArray(job, 0, 1));
    }
}
