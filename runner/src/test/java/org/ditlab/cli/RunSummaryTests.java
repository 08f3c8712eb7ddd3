package org.ditlab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.ditlab.run.watch.StudyWatch;
import org.ditlab.run.watch.TrialState;
import org.ditlab.run.watch.WatchedStudy;
import org.ditlab.store.JsonFile;
import org.ditlab.store.RungPlace;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunSummaryTests {
    @TempDir
    private Path directory;

    @Test
    void whatIsDoneDivergedAndFailed() throws IOException {
        WatchedStudy study = new WatchedStudy(directory.resolve("tiny"));
        study.add("base", 1);
        study.add("base", 2);
        study.add("+ width 80", 1);
        study.add("+ width 80", 2);
        study.plan();
        study.done(0, "done", Map.of());
        study.done(1, "done", Map.of());
        study.done(2, "diverged", Map.of());
        study.failed(3, "it broke");

        assertThat(summary(study).lines())
                .containsExactly(
                        "  variant         done  diverged    failed",
                        "  base               2         -         -",
                        "  + width 80         -         1         1",
                        "  failed: + width 80 seed 2: it broke",
                        "  to run again only what failed: ditlab run tiny.yaml");
    }

    @Test
    void whatTheInputIsToBlameForIsMendedFirst() throws IOException {
        WatchedStudy study = new WatchedStudy(directory.resolve("tiny"));
        study.add("base", 1);
        study.plan();
        Path trial = StudyDirectory.open(study.path())
                .trial(StudyResults.read(study.path()).trials().get(0).hash())
                .failureFile();
        JsonFile.write(trial, Map.of("reason", "samples.npz is damaged: delete it", "exit_code", 2));

        assertThat(summary(study).lines().skip(2))
                .containsExactly(
                        "  failed: base seed 1: samples.npz is damaged: delete it",
                        "  once that is mended, to run again only what failed: ditlab run tiny.yaml");
    }

    @Test
    void whatWasStoppedEarlyAndWhere() throws IOException {
        WatchedStudy study = new WatchedStudy(directory.resolve("tiny"));
        study.add("base", 1);
        study.add("wide", 1);
        study.plan();
        study.done(0, "done", Map.of());
        study.done(1, "stopped", Map.of());
        StudyDirectory files = StudyDirectory.open(study.path());
        Path result = files.trial(
                        StudyResults.read(study.path()).trials().get(1).hash())
                .resultFile();
        Map<String, Object> json = new HashMap<>(JsonFile.read(result));
        json.put(RungPlace.KEY, new RungPlace("0a1b2c3d4e5f", 500, "train.loss", 0.123456, 5, 7).json());
        JsonFile.write(result, json);

        assertThat(summary(study).lines())
                .containsExactly(
                        "  variant      done   stopped",
                        "  base            1         -",
                        "  wide            -         1",
                        "  stopped early: wide seed 1 at step 500: train.loss 0.1235, rank 5 of 7");
        TrialState state = new StudyWatch(study.path()).look().trials().get(1);
        assertThat(state.status()).isEqualTo(TrialStatus.STOPPED);
        assertThat(state.note()).isEqualTo("at step 500: train.loss 0.1235, rank 5 of 7");
        assertThat(new StudyWatch(study.path()).look().ended()).isTrue();
    }

    @Test
    void ofManyVariantsOnlyThoseWithSomethingLeftToSay() throws IOException {
        WatchedStudy study = new WatchedStudy(directory.resolve("tiny"));
        for (int i = 0; i < 30; i++) {
            study.done(study.add("v" + i, 1), i == 7 ? "diverged" : "done", Map.of());
        }
        study.plan();

        assertThat(summary(study).lines())
                .containsExactly(
                        "  variant      done  diverged",
                        "  v7              -         1",
                        "  variants that are not shown are done");
    }

    private static String summary(WatchedStudy study) throws IOException {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        RunSummary.of(StudyResults.read(study.path()), StudyDirectory.open(study.path()))
                .print(out);
        return text.toString();
    }
}
