package org.ditlab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialResult;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills (-9) the command line's own processes over {@code smoke.yaml}, with the stages that users have. */
@Tag("long")
class SmokeFaultTests {
    private static final int KILLS = 50;
    private static final int WORKERS = 2;

    @TempDir
    private Path directory;

    private final Random random = new Random(20_26);

    @Test
    void afterManyKillsEveryByteIsThatOfAnUninterruptedRun() throws Exception {
        Path whole = directory.resolve("whole");
        assertThat(start(whole).waitFor()).isZero();
        Map<String, Object> expected = outputs(whole);
        assertThat(expected.keySet()).anyMatch(name -> name.endsWith("samples.npz"));

        int kills = 0;
        for (int round = 0; kills < KILLS; round++) {
            Path killed = directory.resolve("killed-" + round);
            Map<String, FileTime> finished = new TreeMap<>();
            for (int before = -1; kills < KILLS && kills > before; ) {
                before = kills;
                kills += kill(start(killed), killed);
                Map<String, FileTime> now = results(killed);
                assertThat(now).as("what is finished stays").containsAllEntriesOf(finished);
                finished.putAll(now);
            }
            assertThat(start(killed).waitFor()).as("the same command ends well").isZero();
            assertThat(results(killed)).containsAllEntriesOf(finished);
            assertThat(outputs(killed)).isEqualTo(expected);
        }
    }

    /** Kills up to two workers of a run one after the other, then the run; gives how many processes were really killed. */
    private int kill(Process run, Path out) throws Exception {
        int kills = 0;
        for (int victim = 0; victim < 2; victim++) {
            if (!passed(run, out)) {
                return kills;
            }
            List<ProcessHandle> workers = run.children().toList();
            if (!workers.isEmpty()) {
                kills += kill(workers.get(random.nextInt(workers.size())));
            }
        }
        if (!passed(run, out)) {
            return kills;
        }
        // Without their runner, workers save their state and end; all at once, nobody saves anything.
        List<ProcessHandle> alone = random.nextBoolean() ? run.children().toList() : List.of();
        kills += kill(run.toHandle());
        for (ProcessHandle worker : alone) {
            kills += kill(worker);
        }
        return kills;
    }

    private static int kill(ProcessHandle process) {
        return process.isAlive() && process.destroyForcibly() ? 1 : 0;
    }

    /** Waits a random time, mostly counted from the next attempt at a stage; false when the run ended meanwhile. */
    private boolean passed(Process run, Path out) throws Exception {
        if (random.nextInt(5) > 0) {
            long before = attempts(out);
            for (int waits = 0; waits < 300 && attempts(out) == before; waits++) {
                if (run.waitFor(50, TimeUnit.MILLISECONDS)) {
                    return false;
                }
            }
        }
        return !run.waitFor(random.nextInt(2000), TimeUnit.MILLISECONDS);
    }

    private static Process start(Path out) throws IOException {
        Path study = Path.of(System.getProperty("ditlab.root", ".."), "experiments", "studies", "smoke.yaml");
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "run",
                        study.toString(),
                        "--out=" + out,
                        "--workers=" + WORKERS,
                        "--threads=1"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        out.resolveSibling(out.getFileName() + ".log").toFile()))
                .start();
    }

    private static long attempts(Path out) throws IOException {
        return files(out).stream()
                .filter(file -> file.endsWith("provenance.json"))
                .count();
    }

    private static Map<String, FileTime> results(Path out) throws IOException {
        Map<String, FileTime> times = new TreeMap<>();
        for (Path file : files(out)) {
            if (file.endsWith("result.json")) {
                times.put(out.relativize(file).toString(), Files.getLastModifiedTime(file));
            }
        }
        return times;
    }

    /** Weights, features and samples to the byte; of results and curves all but what time and interruptions decide. */
    private static Map<String, Object> outputs(Path out) throws IOException {
        Map<String, Object> outputs = new TreeMap<>();
        for (Path file : files(out)) {
            String name = file.getFileName().toString();
            String place = out.relativize(file).toString();
            if (name.equals("result.json")) {
                Map<String, Object> result = JsonFile.read(file);
                result.keySet().removeAll(List.of("attempt", "timing"));
                outputs.put(place, result);
            } else if (name.matches("(model.*|extractor|shard-.*)\\.safetensors|samples\\.(npz|png)")) {
                outputs.put(place, HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        for (TrialResult trial : StudyResults.read(out.resolve("smoke")).trials()) {
            List<Map<String, Object>> curve = new ArrayList<>();
            for (Map<String, Object> row : trial.curve()) {
                Map<String, Object> kept = new HashMap<>(row);
                kept.keySet().removeAll(List.of("seconds", "images_per_second"));
                curve.add(kept);
            }
            outputs.put("curve of " + trial.id(), curve);
        }
        return outputs;
    }

    private static List<Path> files(Path out) throws IOException {
        if (!Files.exists(out)) {
            return List.of();
        }
        try (Stream<Path> files = Files.find(out, 6, (path, attributes) -> attributes.isRegularFile())) {
            return files.toList();
        } catch (UncheckedIOException e) {
            // A temporary file went while it was looked at: they are looked at again.
            return files(out);
        }
    }
}
