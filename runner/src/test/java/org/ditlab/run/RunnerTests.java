package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.ditlab.run.exec.Executor;
import org.ditlab.run.exec.TrialEvent;
import org.ditlab.store.JsonFile;
import org.ditlab.store.MetricLog;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialStatus;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.spi.UserFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunnerTests {
    private final List<RunnableTrial> plan = FakePlan.of(10, 1, 2, 3);
    private final Messages messages = new Messages();
    private final StopSignal stop = new StopSignal();
    private final AtomicLong clock = new AtomicLong();

    @TempDir
    private Path directory;

    private StudyDirectory study;
    private Script executor;

    @BeforeEach
    void create() {
        study = StudyDirectory.create(directory.resolve("study"));
        executor = new Script();
    }

    @Test
    void allTrialsAreDone() throws Exception {
        RunOutcome outcome = run(options -> options);

        assertThat(outcome).isEqualTo(new RunOutcome(RunOutcome.End.COMPLETE, 3, List.of(), true));
        assertThat(outcome.exitCode()).isZero();
        assertThat(StudyResults.read(study.path()).count(TrialStatus.DONE)).isEqualTo(3);
    }

    @Test
    void aCrashIsTriedOnceMoreWithItsReasonKept() throws Exception {
        executor.exits(hash(1), 137, 0);

        RunOutcome outcome = run(options -> options);

        assertThat(outcome.exitCode()).isZero();
        assertThat(executor.submitted).containsExactly(hash(0), hash(1), hash(2), hash(1));
        assertThat(MetricLog.read(study.trial(hash(1)).eventsFile()))
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("exit_code", 137));
    }

    @Test
    void aTrialThatCrashesTwiceIsGivenUpAndTheOthersGoOn() throws Exception {
        executor.exits(hash(0), 1, 1);

        RunOutcome outcome = run(options -> options);

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.done()).isEqualTo(2);
        assertThat(outcome.failures())
                .singleElement()
                .asString()
                .contains("v10 seed 1")
                .contains("last words");
        assertThat(messages.lines).anyMatch(line -> line.contains("failed") && line.contains("last words"));
        assertThat(StudyResults.read(study.path()).trials().get(0).status()).isEqualTo(TrialStatus.FAILED);
    }

    @Test
    void theNextRunTriesAgainOnlyWhatFailed() throws Exception {
        executor.exits(hash(0), 1, 1);
        run(options -> options);
        executor = new Script();

        assertThat(run(options -> options).exitCode()).isZero();
        assertThat(executor.submitted).containsExactly(hash(0));
        assertThat(StudyResults.read(study.path()).count(TrialStatus.DONE)).isEqualTo(3);
    }

    @Test
    void badInputIsNotTriedAgain() throws Exception {
        executor.exits(hash(2), 2);

        assertThat(run(options -> options).exitCode()).isEqualTo(2);
        assertThat(executor.submitted).hasSize(3);
    }

    @Test
    void failFastEndsTheRun() throws Exception {
        executor.exits(hash(0), 2);

        RunOutcome outcome =
                run(options -> new RunOptions(options.out(), UserFiles.NONE, 1, 1, null, null, "local", null, true));

        assertThat(outcome.end()).isEqualTo(RunOutcome.End.FAILED_FAST);
        assertThat(executor.cancelled).isTrue();
        assertThat(outcome.done()).isZero();
    }

    @Test
    void theBudgetEndsTheRunInGoodOrder() throws Exception {
        executor.beforePoll = () -> clock.addAndGet(Duration.ofMinutes(40).toNanos());

        RunOutcome outcome = run(options ->
                new RunOptions(options.out(), UserFiles.NONE, 1, 1, null, null, "local", Duration.ofHours(1), false));

        assertThat(outcome.end()).isEqualTo(RunOutcome.End.OUT_OF_TIME);
        assertThat(outcome.exitCode()).isEqualTo(130);
        assertThat(outcome.done()).isEqualTo(2);
        assertThat(executor.cancelled).isTrue();
    }

    @Test
    void aStopIsPassedOn() throws Exception {
        executor.beforePoll = stop::request;

        RunOutcome outcome = run(options -> options);

        assertThat(outcome.exitCode()).isEqualTo(130);
        assertThat(executor.cancelled).isTrue();
    }

    @Test
    void aResultWhoseStagesAreThereIsPutTogetherWithoutAWorker() throws Exception {
        for (RunnableTrial one : plan) {
            Files.createDirectories(study.trial(one.trial().hash()).path());
            for (Stage stage : one.trial().stages()) {
                Script.writeStage(study, stage);
            }
        }

        assertThat(run(options -> options).done()).isEqualTo(3);
        assertThat(executor.submitted).isEmpty();
        assertThat(study.trial(hash(0)).result()).containsEntry("status", "done");
    }

    private RunOutcome run(UnaryOperator<RunOptions> change) throws IOException, InterruptedException {
        RunOptions options = new RunOptions(directory, UserFiles.NONE, 1, 1, null, null, "local", null, false);
        Runner runner = new Runner(study, change.apply(options), messages, stop, clock::get);
        runner.prepare(Map.of("study", "fake"), plan);
        runner.outstanding(plan);
        executor.study = study;
        return runner.run(executor);
    }

    private String hash(int index) {
        return plan.get(index).trial().hash();
    }

    /** Ends one trial per poll, with the exit codes that it was told, else with a result. */
    private static final class Script implements Executor {
        private final Map<String, Deque<Integer>> codes = new java.util.HashMap<>();
        private final List<String> submitted = new ArrayList<>();
        private final Deque<String> waiting = new ArrayDeque<>();
        private StudyDirectory study;
        private Runnable beforePoll = () -> {};
        private boolean cancelled;

        void exits(String trial, Integer... exitCodes) {
            codes.put(trial, new ArrayDeque<>(List.of(exitCodes)));
        }

        @Override
        public void submit(String trial) {
            submitted.add(trial);
            waiting.add(trial);
        }

        @Override
        public List<TrialEvent> poll(Duration patience) {
            beforePoll.run();
            if (waiting.isEmpty()) {
                return List.of();
            }
            String trial = waiting.remove();
            int code = Optional.ofNullable(codes.get(trial)).map(Deque::poll).orElse(0);
            if (code == 0) {
                writeResult(trial);
            }
            return List.of(new TrialEvent.Started(trial), new TrialEvent.Ended(trial, code, "", List.of("last words")));
        }

        private void writeResult(String trial) {
            try {
                JsonFile.write(study.trial(trial).resultFile(), Map.of("status", "done"));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        static void writeStage(StudyDirectory study, Stage stage) throws IOException {
            Files.createDirectories(study.stage(stage).path());
            JsonFile.write(study.stage(stage).resultFile(), Map.of("metrics", Map.of(), "stage", stage.hash()));
        }

        @Override
        public void cancel() {
            cancelled = true;
            waiting.clear();
        }

        @Override
        public void close() {
            waiting.clear();
        }
    }

    private static final class Messages implements ProgressDisplay {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void update(double fraction, Optional<Duration> remaining, String text) {
            assertThat(fraction).isBetween(0.0, 1.0);
        }

        @Override
        public void message(String line) {
            lines.add(line);
        }

        @Override
        public void close() {
            lines.add("closed");
        }
    }

    @Test
    void aLossThatRoseIsSaid() {
        assertThat(Runner.ending(Map.of("status", "done", "metrics", Map.of("train.loss_growth", 34.6))))
                .startsWith("done, but the loss ended 35 times as high as it began");
        assertThat(Runner.ending(Map.of("status", "done", "metrics", Map.of("train.loss", 34.6))))
                .isEqualTo("done");
    }
}
