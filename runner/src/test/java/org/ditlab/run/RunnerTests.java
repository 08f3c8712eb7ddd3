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
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.ditlab.run.exec.Executor;
import org.ditlab.run.exec.TrialEvent;
import org.ditlab.store.JsonFile;
import org.ditlab.store.MetricLog;
import org.ditlab.store.ProgressFile;
import org.ditlab.store.RunCommand;
import org.ditlab.store.StageDirectory;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialStatus;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.spi.UserFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunnerTests {
    private static final Map<String, Object> RESULT = new TreeMap<>(Map.of(
            "status", "done",
            "metrics", new TreeMap<>(Map.of("train.loss", 0.045123, "xfid", 1, "fid", 383.1772)).descendingMap(),
            "timing", Map.of("train.seconds", 50.2, "sample.seconds", 12.6, "train.seconds_per_step", 7)));

    private final List<RunnableTrial> plan = FakePlan.of(10, 1, 2, 3);
    private final Messages messages = new Messages();
    private final StopSignal stop = new StopSignal();
    private final AtomicLong clock = new AtomicLong();
    private Supplier<OptionalLong> kills = () -> OptionalLong.of(5);

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

        assertThat(outcome).isEqualTo(new RunOutcome(RunOutcome.End.COMPLETE, 3, List.of(), 0, true));
        assertThat(outcome.exitCode()).isZero();
        assertThat(StudyResults.read(study.path()).count(TrialStatus.DONE)).isEqualTo(3);
        assertThat(messages.lines)
                .containsExactly(
                        "trial 1/3 v10 seed 1: done after 1:03, training loss 0.04512, FID 383.2",
                        "trial 2/3 v10 seed 2: done after 1:03, training loss 0.04512, FID 383.2",
                        "trial 3/3 v10 seed 3: done after 1:03, training loss 0.04512, FID 383.2");
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
        assertThat(messages.lines)
                .anyMatch(line -> line.contains("failed")
                        && line.contains("last words")
                        && line.endsWith("to run again only what failed: ditlab run tiny.yaml --out 'my studies'"));
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
        assertThat(messages.lines)
                .anyMatch(line -> line.contains(
                        "once that is mended, to run again only what failed: ditlab run tiny.yaml --out 'my studies'"));
    }

    @Test
    void aFullJavaHeapIsNotTriedAgain() throws Exception {
        executor.exits(hash(2), 3);
        executor.tail = "Terminating due to java.lang.OutOfMemoryError: Java heap space";

        RunOutcome outcome = run(options -> options);

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(executor.submitted).hasSize(3);
        assertThat(outcome.failures())
                .singleElement()
                .asString()
                .contains("Java heap space", "-Xmx2g", "DITLAB_WORKER_HEAP");
    }

    @Test
    void aTrainingWithoutMemoryForOneImageIsNotTriedAgain() throws Exception {
        executor.exits(hash(2), 4);

        assertThat(run(options -> options).exitCode()).isEqualTo(1);
        assertThat(executor.submitted).hasSize(3);
    }

    @Test
    void aCancelledTrialIsLeftAndSaid() throws Exception {
        executor.cancels = hash(1);

        RunOutcome outcome = run(options -> options);

        assertThat(outcome).isEqualTo(new RunOutcome(RunOutcome.End.COMPLETE, 2, List.of(), 1, true));
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(executor.submitted).hasSize(3);
        assertThat(messages.lines).anyMatch(line -> line.startsWith("trial 2/3 v10 seed 2: cancelled; "));
        assertThat(StudyResults.read(study.path()).trials().get(1).status()).isEqualTo(TrialStatus.PLANNED);
    }

    @Test
    void retriesAreAsManyAsAskedFor() throws Exception {
        executor.exits(hash(0), 1, 134, 1, 0);
        assertThat(run(options -> retries(options, 3)).exitCode()).isZero();
        assertThat(executor.submitted).hasSize(6);
        assertThat(MetricLog.read(study.trial(hash(0)).eventsFile()))
                .extracting(row -> row.get("exit_code"))
                .containsExactly(1, 134, 1);
    }

    @Test
    void withoutRetriesTheFirstFailureCounts() throws Exception {
        executor.exits(hash(0), 137, 0);
        training(0);
        kills = moreAndMore();

        assertThat(run(options -> retries(options, 0)).exitCode()).isEqualTo(1);
        assertThat(executor.submitted).hasSize(3);
    }

    @Test
    void aKillForWantOfMemoryHalvesTheMicroBatchOfTheNextAttempt() throws Exception {
        executor.exits(hash(0), 137, 137, 137, 0);
        Path training = training(0);
        kills = moreAndMore();

        assertThat(run(options -> options).exitCode()).isZero();

        assertThat(executor.submitted).hasSize(6);
        assertThat(MetricLog.read(study.trial(hash(0)).eventsFile()))
                .extracting(row -> String.valueOf(row.get("reason")))
                .satisfiesExactly(
                        reason -> assertThat(reason).contains("signal 9", "want of memory", "micro-batch of 128"),
                        reason -> assertThat(reason).contains("micro-batch of 64"),
                        reason -> assertThat(reason).contains("micro-batch of 32"));
        assertThat(JsonFile.read(training.resolve(MicroBatch.FILE))).containsEntry("micro_batch", 32);
    }

    @Test
    void aKillThatTheKernelHasNotCountedChangesNothing() throws Exception {
        executor.exits(hash(0), 137, 0);
        Path training = training(0);

        assertThat(run(options -> options).exitCode()).isZero();

        assertThat(training.resolve(MicroBatch.FILE)).doesNotExist();
        assertThat(MetricLog.read(study.trial(hash(0)).eventsFile()))
                .singleElement()
                .satisfies(row -> assertThat(row.get("reason")).asString().doesNotContain("memory"));
    }

    /** A kernel that kills a process between any two looks. */
    private static Supplier<OptionalLong> moreAndMore() {
        AtomicLong count = new AtomicLong();
        return () -> OptionalLong.of(count.incrementAndGet());
    }

    /** As a worker of this trial leaves it that is killed while it trains. */
    private Path training(int index) throws IOException {
        Stage stage = plan.get(index).trial().stage(StageKind.TRAIN);
        StageDirectory training = study.stage(stage);
        Files.createDirectories(training.path());
        new ProgressFile(training.attempt(training.newAttempt()), hash(index), stage.id())
                .report(3, 10, null, null, "starting");
        return training.path();
    }

    private static RunOptions retries(RunOptions options, int retries) {
        return new RunOptions(options.out(), UserFiles.NONE, 1, 1, null, null, "local", null, false, retries);
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
        Runner runner = new Runner(study, change.apply(options), messages, stop, clock::get, kills);
        runner.prepare(Map.of("study", "fake"), plan);
        study.writeCommand(new RunCommand(
                List.of("run", "tiny.yaml", "--out", "my studies"), Path.of("").toAbsolutePath()));
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
        private String tail = "last words";
        private String cancels = "";
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
            if (trial.equals(cancels)) {
                return List.of(new TrialEvent.Started(trial), new TrialEvent.Cancelled(trial));
            }
            int code = Optional.ofNullable(codes.get(trial)).map(Deque::poll).orElse(0);
            if (code == 0) {
                writeResult(trial);
            }
            return List.of(new TrialEvent.Started(trial), new TrialEvent.Ended(trial, code, "", List.of(tail)));
        }

        private void writeResult(String trial) {
            try {
                JsonFile.write(study.trial(trial).resultFile(), RESULT);
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
        public void update(RunProgress progress) {
            assertThat(progress.fraction()).isBetween(0.0, 1.0);
            assertThat(progress.done() + progress.failed()).isBetween(0, progress.trials());
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
}
