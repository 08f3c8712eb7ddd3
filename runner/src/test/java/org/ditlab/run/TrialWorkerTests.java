package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ditlab.run.exec.WorkerMessage;
import org.ditlab.run.halving.StoppedEarly;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;
import org.ditlab.study.spi.UserFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialWorkerTests {
    private final StopSignal stop = new StopSignal();
    private final List<StageKind> ran = new ArrayList<>();
    private final List<WorkerMessage> messages = new ArrayList<>();

    @TempDir
    private Path directory;

    private StudyDirectory study;

    @BeforeEach
    void create() {
        study = StudyDirectory.create(directory);
    }

    @Test
    void stagesRunInOrderOnceAndLeaveTheirResults() throws Exception {
        Trial trial = trial(1);
        work(trial);
        work(trial);

        assertThat(ran).containsExactlyElementsOf(FakePlan.KINDS);
        Stage train = trial.stage(StageKind.TRAIN);
        assertThat(study.stage(train).result())
                .containsEntry("stage", train.hash())
                .containsEntry("kind", "train")
                .containsEntry("attempt", 1);
        assertThat(study.stage(train).attempt(1).resolve("provenance.json")).exists();
        assertThat(study.stage(train).path().resolve("lock")).doesNotExist();
        assertThat(study.trial(trial.hash()).result())
                .containsEntry("status", "done")
                .containsEntry(
                        "protocol",
                        Map.of("extractor", "chain", "train", "chain", "sample", "chain", "measure", "chain"));
    }

    @Test
    void aSharedStageIsRunByTheFirstTrialOnly() throws Exception {
        work(trial(1));
        ran.clear();
        work(trial(2));

        assertThat(ran).containsExactly(StageKind.TRAIN, StageKind.SAMPLE, StageKind.MEASURE);
        assertThat(messages)
                .contains(WorkerMessage.stageDone(trial(2).stages().get(0).id()));
    }

    @Test
    void nothingFollowsADivergedTraining() throws Exception {
        Trial trial = trial(FakePlan.DIVERGES);
        work(trial);

        assertThat(ran).containsExactly(StageKind.EXTRACTOR, StageKind.TRAIN);
        assertThat(study.trial(trial.hash()).result())
                .containsEntry("status", "diverged")
                .containsEntry("stages", List.of(trial.stage(StageKind.TRAIN).id()));
    }

    @Test
    void aStopBeforeTheWorkLeavesNothingLocked() throws Exception {
        Trial trial = trial(1);
        stop.request();
        assertThatThrownBy(() -> work(trial)).isInstanceOf(InterruptedException.class);
        assertThat(study.trial(trial.hash()).done()).isFalse();
        assertThat(study.trial(trial.hash()).path().resolve("lock")).doesNotExist();
    }

    @Test
    void aFailureLeavesNoResultAndNoLock() throws Exception {
        Trial trial = trial(FakePlan.CRASHES);
        assertThatThrownBy(() -> work(trial)).isInstanceOf(IllegalStateException.class);

        Stage train = trial.stage(StageKind.TRAIN);
        assertThat(study.stage(train).done()).isFalse();
        assertThat(study.stage(train).path().resolve("lock")).doesNotExist();
        assertThat(study.stage(train).attempts()).containsExactly(1);
    }

    private static Trial trial(long seed) {
        return FakePlan.trial(6, seed).trial();
    }

    private void work(Trial trial) throws IOException, InterruptedException {
        Files.createDirectories(study.trial(trial.hash()).path());
        List<StageRunner> runners = new ArrayList<>();
        FakeStages.all().forEach(runner -> runners.add(new Recorded(runner)));
        WorkerSettings settings = new WorkerSettings(UserFiles.NONE, 1, null, null);
        new TrialWorker(study, runners, new Backends(List.of()), settings, stop, messages::add).run(trial);
    }

    private final class Recorded implements StageRunner {
        private final StageRunner runner;

        Recorded(StageRunner runner) {
            this.runner = runner;
        }

        @Override
        public StageKind kind() {
            return runner.kind();
        }

        @Override
        public StageResult run(StageContext context) throws IOException, InterruptedException, StoppedEarly {
            ran.add(kind());
            return runner.run(context);
        }
    }
}
