package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ditlab.store.JsonFile;
import org.ditlab.store.MetricLog;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialDirectory;
import org.ditlab.store.TrialResult;
import org.ditlab.store.TrialStatus;
import org.ditlab.store.WriterLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills processes of real runs; what is left must always be good enough to go on from. */
class FaultTests {
    private static final int STEPS = 60;

    @TempDir
    private Path directory;

    @Test
    void afterKillsTheResultsAreThoseOfAnUninterruptedRun() throws Exception {
        killAndCompare(5, 1, 2026);
    }

    @Test
    @Tag("long")
    void afterManyKillsWithSeveralWorkersTheResultsAreThoseOfAnUninterruptedRun() throws Exception {
        killAndCompare(60, 2, 7);
    }

    @Test
    void twoRunsAtOnceShareTheWork() throws Exception {
        Path study = directory.resolve("both");
        Process one = start(study, 1, 1, 2);
        Process two = start(study, 1, 1, 2);

        assertThat(one.waitFor()).isZero();
        assertThat(two.waitFor()).isZero();

        assertThat(attempts(study))
                .allSatisfy((stage, attempts) -> assertThat(attempts).isEqualTo(1));
        assertThat(StudyResults.read(study).count(TrialStatus.DONE)).isEqualTo(2);
    }

    @Test
    @Timeout(120)
    void aTrialThatAnotherProcessHoldsMakesRoomForOthers() throws Exception {
        StudyDirectory study = StudyDirectory.create(directory.resolve("held"));
        try (WriterLock first = hold(study, 1)) {
            Process run;
            try (WriterLock second = hold(study, 2)) {
                run = start(study.path(), 1, 1, 2);
                // The worker of the first waits in line, as all are held.
                while (run.descendants().findAny().isEmpty()) {
                    assertThat(run.waitFor(20, TimeUnit.MILLISECONDS)).isFalse();
                }
                assertThat(second.held()).isTrue();
            }
            while (!trial(study, 2).done()) {
                assertThat(run.waitFor(20, TimeUnit.MILLISECONDS)).isFalse();
            }
            assertThat(trial(study, 1).done()).isFalse();
            first.close();
            assertThat(run.waitFor()).isZero();
        }
        assertThat(trial(study, 1).done()).isTrue();
        assertThat(attempts(study.path()))
                .allSatisfy((stage, attempts) -> assertThat(attempts).isEqualTo(1));
    }

    @Test
    void askedToEndARunSavesEndsWith130AndGoesOnLater() throws Exception {
        Path study = directory.resolve("stopped");
        Process run = start(study, 1, 1);
        awaitFile(study, "checkpoint.bin", run);
        run.destroy();

        assertThat(run.waitFor()).isEqualTo(130);
        assertThat(trials(study)).extracting(TrialResult::status).containsExactly(TrialStatus.PLANNED);
        assertThat(start(study, 1, 1).waitFor()).isZero();
        assertThat(trials(study)).extracting(TrialResult::status).containsExactly(TrialStatus.DONE);
    }

    @Test
    void workersEndWithTheirParent() throws Exception {
        Path study = directory.resolve("orphan");
        Process run = start(study, 1, 1);
        awaitFile(study, "checkpoint.bin", run);
        List<ProcessHandle> workers = run.descendants().toList();
        run.destroyForcibly().waitFor();

        assertThat(workers).isNotEmpty();
        for (ProcessHandle worker : workers) {
            worker.onExit().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aCrashIsTriedOnceMoreAndADivergedTrialIsAResult() throws Exception {
        Path study = directory.resolve("mixed");

        assertThat(start(study, 2, FakePlan.CRASHES, FakePlan.DIVERGES, 1).waitFor())
                .isEqualTo(1);

        assertThat(trials(study))
                .extracting(TrialResult::status)
                .containsExactly(TrialStatus.FAILED, TrialStatus.DIVERGED, TrialStatus.DONE);
        StudyDirectory opened = StudyDirectory.open(study);
        String crashed = trials(study).get(0).hash();
        assertThat(MetricLog.read(opened.trial(crashed).eventsFile()))
                .hasSize(2)
                .allSatisfy(row -> assertThat(row.get("reason").toString()).contains("crashed as asked"));
        assertThat(opened.trial(crashed).logFile()).content().contains("IllegalStateException");
        assertThat(trials(study).get(1).stages().get(2).directory().path()).doesNotExist();
    }

    /** Kills runs of one study until it is done, then of the next, until there were so many kills. */
    private void killAndCompare(int kills, int workers, long seed) throws Exception {
        Path whole = directory.resolve("whole");
        assertThat(start(whole, workers, 1, 2).waitFor()).isZero();
        Random random = new Random(seed);
        int left = kills;
        for (int round = 0; left > 0; round++) {
            Path killed = directory.resolve("killed-" + round);
            Map<String, FileTime> finished = new TreeMap<>();
            while (left > 0 && killedInTime(start(killed, workers, 1, 2), random)) {
                left--;
                Map<String, FileTime> now = results(killed);
                assertThat(now).as("what is finished stays").containsAllEntriesOf(finished);
                finished.putAll(now);
            }
            assertThat(start(killed, workers, 1, 2).waitFor()).isZero();

            assertThat(results(killed)).containsAllEntriesOf(finished);
            assertThat(outputs(killed)).isEqualTo(outputs(whole));
            for (int trial = 0; trial < 2; trial++) {
                TrialResult expected = trials(whole).get(trial);
                TrialResult actual = trials(killed).get(trial);
                assertThat(actual)
                        .usingRecursiveComparison()
                        .ignoringFields("stages")
                        .isEqualTo(expected);
                assertThat(actual.curve()).isEqualTo(expected.curve()).hasSize(STEPS);
            }
        }
    }

    /** Kills the runner, or a worker and then the runner, at a random moment; false when the run was done before. */
    private static boolean killedInTime(Process run, Random random) throws Exception {
        if (run.waitFor(300 + random.nextInt(1200), TimeUnit.MILLISECONDS)) {
            return false;
        }
        List<ProcessHandle> workers = run.descendants().toList();
        if (random.nextBoolean() && !workers.isEmpty()) {
            workers.get(random.nextInt(workers.size())).destroyForcibly();
            // The runner tries the trial once more; that attempt is cut as well.
            run.waitFor(random.nextInt(1000), TimeUnit.MILLISECONDS);
        }
        run.destroyForcibly().waitFor();
        return true;
    }

    private static WriterLock hold(StudyDirectory study, long seed) throws IOException {
        return WriterLock.tryAcquire(Files.createDirectories(trial(study, seed).path()))
                .orElseThrow();
    }

    private static TrialDirectory trial(StudyDirectory study, long seed) {
        return study.trial(FakePlan.trial(STEPS, seed).trial().hash());
    }

    private static Process start(Path study, int workers, long... seeds) throws IOException {
        return FakeRun.start(study, workers, STEPS, seeds);
    }

    private static List<TrialResult> trials(Path study) throws IOException {
        return StudyResults.read(study).trials();
    }

    /** Waits until a file of this name lies in a stage's directory. */
    private static void awaitFile(Path study, String name, Process run) throws Exception {
        while (files(study).stream().noneMatch(file -> file.endsWith(name))) {
            assertThat(run.waitFor(50, TimeUnit.MILLISECONDS)).as("ended early").isFalse();
        }
    }

    private static Map<String, FileTime> results(Path study) throws IOException {
        Map<String, FileTime> times = new TreeMap<>();
        for (Path file : files(study)) {
            if (file.endsWith("result.json")) {
                times.put(study.relativize(file).toString(), time(file));
            }
        }
        return times;
    }

    /** Outputs by file, and of stages' results what must not depend on interruptions. */
    private static Map<String, Object> outputs(Path study) throws IOException {
        Map<String, Object> outputs = new TreeMap<>();
        for (Path file : files(study)) {
            String name = study.relativize(file).toString();
            if (file.endsWith(FakeStages.OUTPUT) || name.startsWith("trials") && file.endsWith("result.json")) {
                outputs.put(name, java.util.HexFormat.of().formatHex(Files.readAllBytes(file)));
            } else if (file.endsWith("result.json")) {
                Map<String, Object> result = JsonFile.read(file);
                result.remove("attempt");
                outputs.put(name, result);
            }
        }
        return outputs;
    }

    private static Map<String, Integer> attempts(Path study) throws IOException {
        Map<String, Integer> attempts = new TreeMap<>();
        for (Path file : files(study)) {
            if (file.endsWith("provenance.json")) {
                attempts.merge(file.getParent().getParent().getFileName().toString(), 1, Integer::sum);
            }
        }
        return attempts;
    }

    private static List<Path> files(Path study) throws IOException {
        if (!Files.exists(study)) {
            return List.of();
        }
        try (Stream<Path> files = Files.find(study, 4, (path, attributes) -> attributes.isRegularFile())) {
            return files.toList();
        } catch (java.io.UncheckedIOException e) {
            // A temporary file went while it was looked at: they are looked at again.
            return files(study);
        }
    }

    private static FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
