package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.ditlab.run.exec.Handover;
import org.ditlab.run.slurm.SlurmCluster;
import org.ditlab.store.MetricLog;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.TrialStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trials in a real Slurm cluster of three nodes on this machine, and everything that ends them early. */
@Tag("long")
class SlurmTests {
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    /** Long enough to be caught at work. */
    private static final int MANY_STEPS = 250;

    private static SlurmCluster cluster;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        SlurmCluster.obstacle().ifPresent(why -> Assumptions.abort(why));
        cluster = SlurmCluster.start();
    }

    @AfterAll
    static void end() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void nodesAreIdle() throws IOException, InterruptedException {
        cluster.awaitIdle();
    }

    @Test
    void moreTrialsThanAnArrayTakesEndAsALocalRun() throws Exception {
        long[] seeds = {1, 2, 3, 4, 5, 6};
        Path local = directory.resolve("local");
        Process reference = FakeRun.start(local, 2, 20, seeds);
        SlurmStudy study = study("array", 20, seeds);
        Handover handover = study.submit();

        assertThat(handover.problem()).isEmpty();
        assertThat(handover.lines()).anyMatch(line -> line.endsWith(": 4 trials"));
        assertThat(handover.lines()).anyMatch(line -> line.endsWith(": 2 trials"));
        assertThat(study.submit())
                .as("what is queued or done is not submitted again")
                .satisfies(again -> assertThat(again.trials()).isZero());
        await("end of the arrays", study::done);
        assertThat(reference.waitFor()).isZero();
        assertThat(study.results())
                .isEqualTo(new SlurmStudy(local, Map.of(), 20, seeds).results())
                .hasSize(6 + 1 + 6 * 3);
        assertThat(study.jobLogs()).contains(" on n1,", " on n2,", " on n3,");
    }

    @Test
    void aTrialOfANodeThatDiesEndsOnAnother() throws Exception {
        SlurmStudy study = study("node", MANY_STEPS, 1);
        study.submit();
        await("checkpoint", study::hasCheckpoint);
        String node = study.whereabouts().get(study.hash(0)).replaceAll(".* on (n.).*", "$1");
        cluster.kill(node);
        try {
            await("end on another node", study::done);
        } finally {
            cluster.startNode(node);
        }
        assertThat(study.jobLogs()).contains(" on " + node + ", restarts: 0").contains("restarts: 1");
    }

    @Test
    void aPreemptedTrialSavesAndGoesOn() throws Exception {
        SlurmStudy study = study("preempted", MANY_STEPS, 1);
        study.submit("partition=low", "nodelist=n3");
        await("checkpoint", study::hasCheckpoint);
        cluster.command("sbatch", "--partition=high", "--nodelist=n3", "--output=/dev/null", "--wrap=true");
        await("end after the other job", study::done);

        assertThat(study.jobLogs()).contains("restarts: 1").doesNotContain("to be queued again");
        assertThat(trainAttempts(study)).isEqualTo(2);
        assertThat(curve(study)).as("nothing was done twice").isEqualTo(MANY_STEPS);
    }

    @Test
    void beforeTheTimeLimitATrialSavesAndIsQueuedAgain() throws Exception {
        SlurmStudy study = study("limit", MANY_STEPS, 1);
        study.submit();
        await("checkpoint", study::hasCheckpoint);
        // What --signal=B:USR1@120 sends two minutes before the limit.
        cluster.command("scancel", "--batch", "--signal=USR1", "--name=ditlab-limit-001");
        await("end after the requeue", study::done);

        assertThat(study.jobLogs()).contains("to be queued again", "restarts: 1");
        assertThat(trainAttempts(study)).isEqualTo(2);
        assertThat(curve(study)).as("nothing was done twice").isEqualTo(MANY_STEPS);
    }

    @Test
    void cancelledTrialsSaveAndGoOnWhenTheyAreSubmittedAgain() throws Exception {
        SlurmStudy study = study("cancelled", MANY_STEPS, 1);
        study.submit();
        await("checkpoint", study::hasCheckpoint);

        assertThat(study.cancel()).singleElement().asString().contains("1 trials ran and save");
        await("empty queue", () -> study.whereabouts().isEmpty());
        assertThat(study.count(TrialStatus.PLANNED)).isEqualTo(1);
        assertThat(study.cancel()).isEmpty();
        assertThat(study.submit().trials()).isEqualTo(1);
        await("end of the second submission", study::done);
        assertThat(curve(study)).as("nothing was done twice").isEqualTo(MANY_STEPS);
    }

    @Test
    void onlyFailedTrialsAreSubmittedAgain() throws Exception {
        SlurmStudy study = study("failed", 5, FakePlan.CRASHES, 1);
        study.submit();
        await("both ends", () -> study.whereabouts().isEmpty());

        assertThat(study.count(TrialStatus.DONE)).isEqualTo(1);
        assertThat(study.count(TrialStatus.FAILED)).isEqualTo(1);
        var failed = StudyDirectory.open(study.path()).trial(study.hash(0));
        assertThat(failed.failureFile()).content().contains("crashed as asked");
        assertThat(failed.logFile()).content().contains("IllegalStateException");
        assertThat(MetricLog.read(failed.eventsFile()))
                .singleElement()
                .satisfies(row -> assertThat(row.get("tail")).asString().contains("crashed as asked"));

        RunOutcome again = study.submitAndWait();
        assertThat(again.done()).isEqualTo(1);
        assertThat(again.failures()).singleElement().asString().contains("crashed as asked");
        // The one that waits tries a crash once more, as a local run does.
        assertThat(MetricLog.read(failed.eventsFile())).hasSize(3);
        assertThat(Files.readAllLines(study.path().resolve("slurm/002/trials.txt")))
                .singleElement()
                .asString()
                .startsWith(study.hash(0));
    }

    @Test
    void whatIsKilledIsSaidAndTakenOver() throws Exception {
        SlurmStudy study = study("killed", MANY_STEPS, 1, 2);
        study.submit();
        await("both at work", () -> study.count(TrialStatus.RUNNING) == 2);
        ProcessHandle worker = worker(study.hash(0));
        ProcessHandle other = worker(study.hash(1));
        ProcessHandle script = other.parent().orElseThrow();
        // A worker alone, as when its memory runs out; and a script with its worker.
        worker.destroyForcibly();
        script.destroyForcibly();
        other.destroyForcibly();
        await("both ends", () -> study.whereabouts().isEmpty());

        assertThat(study.count(TrialStatus.FAILED)).isEqualTo(1);
        assertThat(StudyDirectory.open(study.path()).trial(study.hash(0)).failureFile())
                .content()
                .contains("exit code 137");
        assertThat(study.submit().trials()).isEqualTo(2);
        await("end of the second submission", study::done);
    }

    @Test
    void whatIsQueuedRunsTheCodeThatWasSubmitted() throws Exception {
        SlurmStudy study = study("frozen", 5, 1);
        Path build = directory.resolve("build");
        List<String> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path copy = build.resolve(classPath.size() + "/target/classes");
            if (Files.isDirectory(Path.of(entry)) && entry.contains("runner")) {
                copy(Path.of(entry), copy);
                classPath.add(copy.toString());
            } else {
                classPath.add(entry);
            }
        }
        ProcessBuilder submit = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        String.join(File.pathSeparator, classPath),
                        SlurmStudy.class.getName(),
                        study.path().toString(),
                        "5",
                        "1",
                        "hold")
                .inheritIO();
        submit.environment().putAll(cluster.environment());
        assertThat(submit.start().waitFor()).isZero();
        delete(build);
        cluster.command("scontrol", "release", "jobname=ditlab-frozen-001");

        await("end without the build", study::done);
    }

    private static SlurmStudy study(String name, int steps, long... seeds) {
        return new SlurmStudy(directory.resolve(name), cluster.environment(), steps, seeds);
    }

    private static void await(String what, Callable<Boolean> condition) throws IOException, InterruptedException {
        cluster.await(what, PATIENCE, condition);
    }

    private static ProcessHandle worker(String trial) {
        return SlurmCluster.NODES.stream()
                .flatMap(node -> cluster.jobProcesses(node, "--trial=" + trial).stream())
                .findFirst()
                .orElseThrow();
    }

    private static int trainAttempts(SlurmStudy study) throws IOException {
        return StudyDirectory.open(study.path())
                .stage(FakePlan.trial(MANY_STEPS, 1).trial().stages().get(1))
                .attempts()
                .size();
    }

    /** Rows of training in all attempts together. */
    private static int curve(SlurmStudy study) throws IOException {
        var stage = StudyDirectory.open(study.path())
                .stage(FakePlan.trial(MANY_STEPS, 1).trial().stages().get(1));
        int rows = 0;
        for (int attempt : stage.attempts()) {
            rows += MetricLog.read(stage.attempt(attempt).resolve("metrics.jsonl"))
                    .size();
        }
        return rows;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(Files.isDirectory(file) ? copy : copy.getParent());
                if (Files.isRegularFile(file)) {
                    Files.copy(file, copy);
                }
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
