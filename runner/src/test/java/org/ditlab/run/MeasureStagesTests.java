package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ditlab.data.DataKnobs;
import org.ditlab.data.ImageDataset;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.data.ShapesDataset;
import org.ditlab.data.Split;
import org.ditlab.diffusion.sampler.SampleKnobs;
import org.ditlab.knob.Settings;
import org.ditlab.metric.evaluation.MeasureKnobs;
import org.ditlab.store.JsonFile;
import org.ditlab.study.plan.StageKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The extractor and measure stages, one after the other, on the plain-Java backend. */
class MeasureStagesTests {
    private static final Settings SETTINGS = Settings.of(
            DataKnobs.SIZE.to(8),
            DataKnobs.COUNT.to(150),
            MeasureKnobs.CLASSIFIER_STEPS.to(2),
            MeasureKnobs.FEATURE_DIMENSIONS.to(4),
            SampleKnobs.COUNT.to(40));

    @TempDir
    Path folder;

    @Test
    void trainingImagesAsSamplesAreMeasuredBesideTheFloor() throws IOException, InterruptedException {
        FolderWork extractor = work(StageKind.EXTRACTOR, SETTINGS, false);
        StageResult made = new ExtractorStage().run(extractor);
        JsonFile.write(extractor.directory().resolve("result.json"), Map.of("protocol", made.protocol()));
        writeSamples(40);
        StageResult measured = new MeasureStage().run(work(StageKind.MEASURE, SETTINGS, false));

        assertThat(made.metrics()).containsOnlyKeys("extractor.accuracy");
        assertThat(made.timing()).containsOnlyKeys("extractor.seconds");
        assertThat(measured.metrics()).containsOnlyKeys("fid", "inception_score", "floor.fid", "floor.inception_score");
        assertThat((double) measured.metrics().get("fid")).isNotNegative();
        assertThat((double) measured.metrics().get("inception_score")).isGreaterThanOrEqualTo(1);
        assertThat(measured.protocol())
                .containsEntry("features", "classifier:shapes-8")
                .hasEntrySatisfying(
                        "reference",
                        reference -> assertThat(reference).asString().startsWith("shapes-8 train, 150 images, sha256 "))
                .containsEntry("sampler", "ddim 50")
                .containsEntry("resize", "none")
                .containsKey("fingerprint");
        assertThat(new MeasureStage()
                        .run(work(StageKind.MEASURE, SETTINGS, false))
                        .metrics())
                .as("bit for bit")
                .isEqualTo(measured.metrics());

        Settings onlyScore = SETTINGS.with(MeasureKnobs.METRICS.to(List.of("is")));
        assertThat(new MeasureStage()
                        .run(work(StageKind.MEASURE, onlyScore, false))
                        .metrics())
                .containsOnlyKeys("inception_score", "floor.inception_score");
        new MeasureStage().finished(work(StageKind.MEASURE, SETTINGS, false));
        assertThat(folder.resolve("measure")).isEmptyDirectory();
    }

    @Test
    void neighboursAndKernelsAreMeasuredBesideTheFloorWhereItHasEnoughImages()
            throws IOException, InterruptedException {
        Settings settings = SETTINGS.with(MeasureKnobs.METRICS.to(List.of("precision-recall", "density-coverage")));
        FolderWork extractor = work(StageKind.EXTRACTOR, settings, false);
        StageResult made = new ExtractorStage().run(extractor);
        JsonFile.write(extractor.directory().resolve("result.json"), Map.of("protocol", made.protocol()));
        writeSamples(40);
        StageResult measured = new MeasureStage().run(work(StageKind.MEASURE, settings, false));

        assertThat(measured.metrics())
                .containsEntry("precision", 1.0)
                .containsKeys("recall", "density", "coverage", "floor.precision", "floor.recall");
        assertThat(measured.protocol()).containsEntry("neighbours", "k = 3, exact, 150 reference images");
    }

    @Test
    void aStopLeavesNoWeights() throws IOException {
        FolderWork work = work(StageKind.EXTRACTOR, SETTINGS, true);

        assertThatThrownBy(() -> new ExtractorStage().run(work)).isInstanceOf(InterruptedException.class);
        assertThat(work.directory()).isEmptyDirectory();
    }

    private void writeSamples(int count) throws IOException {
        ImageDataset data = new ShapesDataset(8, 150, Split.TRAIN);
        byte[] planar = new byte[192];
        byte[] interleaved = new byte[count * 192];
        for (int i = 0; i < count; i++) {
            data.read(i, planar, 0);
            for (int j = 0; j < 192; j++) {
                interleaved[i * 192 + j % 64 * 3 + j / 64] = planar[j];
            }
        }
        Path directory = Files.createDirectories(folder.resolve("sample"));
        Npz.write(directory.resolve("samples.npz"), Map.of("arr_0", NpyArray.of(interleaved, count, 8, 8, 3)));
        JsonFile.write(
                directory.resolve("result.json"), Map.of("protocol", Map.of("sampler", "ddim 50", "samples", count)));
    }

    private FolderWork work(StageKind kind, Settings settings, boolean stop) throws IOException {
        return new FolderWork(
                folder, kind, settings, stop, row -> assertThat(row).containsKeys("step", "loss"));
    }
}
