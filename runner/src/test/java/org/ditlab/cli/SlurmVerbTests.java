package org.ditlab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.ditlab.run.slurm.SlurmCluster;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialResult;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line with a cluster; in processes of their own, since they find it by their environment. */
@Tag("long")
class SlurmVerbTests {
    private static final String STUDY = """
            study: tiny
            base: { model: DiT-S/4, width: 48, depth: 1, heads: 3, patch: 4 }
            data: { size: 16, count: 100 }
            train: { steps: 4, batch: 8 }
            sample: { count: 16, steps: 2, sampler: ddim }
            list:
              - { name: small, change: { width: 48 } }
            """;

    @TempDir
    private Path directory;

    @Test
    void aSubmissionThatFailsHalfWaySaysWhatWasSubmitted() throws Exception {
        Map<String, String> stubs = Map.of("PATH", stubs() + File.pathSeparator + System.getenv("PATH"));
        Files.writeString(directory.resolve("tiny.yaml"), STUDY);

        assertThat(ditlab(stubs, "run", "tiny.yaml", "--executor", "slurm")).isEqualTo(1);
        assertThat(text("out")).contains("job 41: 1 trial\n", "ditlab cancel studies-out/tiny");
        assertThat(text("err"))
                .contains("1 of 2 trials were submitted, then sbatch failed: sbatch: error: over the limit; try later");

        assertThat(ditlab(stubs, "run", "tiny.yaml", "--executor", "slurm")).isZero();
        assertThat(text("out")).contains("job 43: 1 trial\n", "1 trial is queued or running already");
        assertThat(directory.resolve("studies-out/tiny/slurm/002/trials.txt"))
                .content()
                .startsWith(Files.readAllLines(directory.resolve("studies-out/tiny/slurm/001/trials.txt"))
                        .get(1));

        assertThat(ditlab(stubs, "cancel", "tiny")).isZero();
        assertThat(text("out")).contains("cancelled jobs 41, 43: 1 trials ran and save their state, 1 waited");
        assertThat(directory.resolve("cancelled")).content().isEqualTo("41 43\n");
    }

    @Test
    @Timeout(180)
    void aRunThatWaitsLeavesWhatIsCancelled() throws Exception {
        Path folder = Files.createDirectories(directory.resolve("bin"));
        stub(folder, "scontrol", "echo 'MaxArraySize            = 9'");
        stub(folder, "scancel", "touch " + folder.resolve("cancelled"));
        stub(folder, "squeue", """
                [ -e BIN/cancelled ] || ! [ -e BIN/submitted ] ||
                  printf '41|%d|PENDING||ditlab-tiny-001|None\\n' 0 1
                true""".replace("BIN", folder.toString()));
        stub(folder, "sbatch", "echo x >> " + folder.resolve("submitted") + "\necho 41");
        Map<String, String> stubs = Map.of("PATH", folder + File.pathSeparator + System.getenv("PATH"));
        Files.writeString(directory.resolve("tiny.yaml"), STUDY);

        Process waiting = start("waits", stubs, "run", "tiny.yaml", "--executor", "slurm", "--wait");
        while (!Files.exists(directory.resolve("studies-out/tiny/slurm/001/submission.json"))) {
            assertThat(waiting.waitFor(50, TimeUnit.MILLISECONDS)).isFalse();
        }
        assertThat(ditlab(stubs, "cancel", "tiny")).isZero();

        assertThat(waiting.waitFor()).isEqualTo(1);
        assertThat(text("waits.err")).contains("cancelled; its state is kept", "0 of 2 trials done", "2 cancelled");
        assertThat(folder.resolve("submitted")).content().isEqualTo("x\n");
    }

    @Test
    void trainingInAClusterIsTrainingHere() throws Exception {
        SlurmCluster.obstacle().ifPresent(why -> Assumptions.abort(why));
        Files.writeString(directory.resolve("tiny.yaml"), STUDY);
        try (SlurmCluster cluster = SlurmCluster.start()) {
            int code = ditlab(
                    cluster.environment(),
                    "run",
                    "tiny.yaml",
                    "--executor=slurm",
                    "--wait",
                    "--slurm=time=10",
                    "--out=there");
            assertThat(code).as(text("err")).isZero();
        }
        assertThat(text("err")).contains("2 of 2 trials to do", "small seed 1: done", "ditlab: 2 of 2 trials done");
        assertThat(ditlab(Map.of(), "run", "tiny.yaml", "--threads=1", "--workers=1", "--out=here"))
                .isZero();
        assertThat(metrics("there")).isEqualTo(metrics("here")).hasSize(2);
    }

    private Map<String, Object> metrics(String out) throws IOException {
        Map<String, Object> metrics = new TreeMap<>();
        for (TrialResult trial :
                StudyResults.read(directory.resolve(out).resolve("tiny")).trials()) {
            metrics.put(trial.hash(), trial.metrics());
        }
        return metrics;
    }

    /** A cluster of words: arrays of one element, the second submission refused, the first job running for ever. */
    private Path stubs() throws IOException {
        Path folder = Files.createDirectories(directory.resolve("bin"));
        stub(folder, "scontrol", "echo 'MaxArraySize            = 1'");
        stub(folder, "scancel", "echo \"$@\" > " + directory.resolve("cancelled"));
        stub(folder, "squeue", """
                [ -e BIN/2 ] && echo '41|0|RUNNING|n1|ditlab-tiny-001|None'
                [ -e BIN/3 ] && echo '43|0|PENDING||ditlab-tiny-002|Resources'
                true""".replace("BIN", folder.toString()));
        stub(folder, "sbatch", """
                n=1
                while [ -e BIN/$n ]; do n=$((n + 1)); done
                touch BIN/$n
                if [ $n = 2 ]; then printf 'sbatch: error: over the limit\\ntry later\\n' >&2; exit 1; fi
                echo $((40 + n))""".replace("BIN", folder.toString()));
        return folder;
    }

    private static void stub(Path folder, String name, String body) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private int ditlab(Map<String, String> environment, String... arguments) throws Exception {
        Process process = start("", environment, arguments);
        return process.waitFor();
    }

    private Process start(String name, Map<String, String> environment, String... arguments) throws IOException {
        String prefix = name.isEmpty() ? "" : name + ".";
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(directory.resolve(prefix + "out").toFile())
                .redirectError(directory.resolve(prefix + "err").toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private String text(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }
}
