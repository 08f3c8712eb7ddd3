package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ditlab.data.DataKnobs;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.metric.evaluation.MeasureKnobs;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.nn.AttentionTokens;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.Knobs;
import org.ditlab.study.Study;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.Planner;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;
import org.ditlab.study.plan.TrialJson;
import org.ditlab.study.spi.DataSummary;
import org.ditlab.study.spi.UserFiles;
import org.ditlab.train.TrainKnobs;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tiny U-DiT study on latents, planned without them and trained on them. */
class LatentStudyTests {
    @TempDir
    Path folder;

    private Path data;

    @BeforeEach
    void writeLatents() throws IOException {
        float[] latents = new float[24 * 4 * 8 * 8];
        for (int i = 0; i < latents.length; i++) {
            latents[i] = (float) Math.sin(i * 0.37) * 1.4f;
        }
        long[] labels = new long[24];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 3;
        }
        data = folder.resolve("codes.npz");
        Npz.write(data, Map.of("arr_0", NpyArray.of(latents, 24, 4, 8, 8), "arr_1", NpyArray.of(labels, 24)));
    }

    private static Study study(Setting<?>... recipe) {
        return study(Settings.of(ArchitectureKnobs.WIDTH.to(4), ArchitectureKnobs.STAGES.to(List.of(1, 1, 1))))
                .with(recipe);
    }

    private static Study study(Settings base) {
        return Study.named("tiny")
                .base("DiT-UNet", base.all().toArray(new Setting<?>[0]))
                .with(DataKnobs.SET.to("latents"), DataKnobs.SIZE.to(8), TrainKnobs.STEPS.to(3), TrainKnobs.BATCH.to(4))
                .list(Study.variant(
                        "downsampled", ArchitectureKnobs.ATTENTION_TOKENS.to(AttentionTokens.QKV_DOWNSAMPLED)));
    }

    private static Study classes(int classes) {
        return study(Settings.of(
                ArchitectureKnobs.WIDTH.to(4),
                ArchitectureKnobs.STAGES.to(List.of(1, 1, 1)),
                ArchitectureKnobs.CLASSES.to(classes)));
    }

    private static Plan plan(Study study, @Nullable Path data) {
        return Planner.installed(UserFiles.data(data)).plan(study.spec());
    }

    @Test
    void aTrialEndsAfterTraining() throws Exception {
        Plan plan = plan(study(), data);
        assertThat(plan.missing()).isEmpty();
        assertThat(plan.data())
                .extracting(DataSummary::latent, DataSummary::classes, DataSummary::count)
                .containsExactly(true, 3, 24);
        assertThat(plan.warnings()).hasSize(1).allMatch(text -> text.startsWith("latents need a decoder"));

        StudyDirectory directory = StudyDirectory.create(folder.resolve("out"));
        Trial trial = plan.trials().get(0);
        assertThat(trial.stages()).extracting(stage -> stage.kind()).containsExactly(StageKind.TRAIN);
        Trial read = TrialJson.read(TrialJson.tree(trial, plan.cost(trial)), "trial.json", Knobs.installed());
        assertThat(read).isEqualTo(trial);
        Files.createDirectories(directory.trial(trial.hash()).path());
        WorkerSettings settings = new WorkerSettings(UserFiles.data(data), 1, null, null);
        new TrialWorker(
                        directory,
                        List.of(new TrainStage()),
                        Backends.installed(),
                        settings,
                        new StopSignal(),
                        message -> {})
                .run(read);

        Map<String, Object> result = directory.trial(trial.hash()).result();
        assertThat(result).containsEntry("status", "done");
        assertThat((Map<?, ?>) result.get("metrics")).hasSize(1);
        assertThat((double) ((Map<?, ?>) result.get("metrics")).get("train.loss"))
                .isBetween(0.5, 2.0);
    }

    @Test
    void theLossOfLatentsThatAreSetAsideIsMeasured() throws Exception {
        Plan plan = plan(
                study(
                        DataKnobs.HELD_OUT.to(5),
                        TrainKnobs.SNAPSHOTS.to(List.of(2)),
                        MeasureKnobs.HELD_OUT_IMAGES.to(100)),
                data);
        assertThat(plan.data().count()).isEqualTo(19);
        Trial trial = plan.trials().get(0);
        StudyDirectory directory = StudyDirectory.create(folder.resolve("held"));
        Files.createDirectories(directory.trial(trial.hash()).path());
        WorkerSettings settings = new WorkerSettings(UserFiles.data(data), 1, null, null);
        new TrialWorker(
                        directory,
                        List.of(new TrainStage(), new HeldoutStage()),
                        Backends.installed(),
                        settings,
                        new StopSignal(),
                        message -> {})
                .run(trial);

        Map<?, ?> metrics = (Map<?, ?>) directory.trial(trial.hash()).result().get("metrics");
        assertThat(metrics.get("heldout.images")).isEqualTo(5);
        assertThat((double) metrics.get("heldout.loss")).isBetween(0.5, 2.0);
        assertThat((double) metrics.get("heldout.loss@2")).isBetween(0.5, 2.0);
        assertThatThrownBy(() -> plan(study(DataKnobs.HELD_OUT.to(24)), data))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("data.held-out is 24, but there are 24 samples only");
    }

    @Test
    void withoutDataOnlyCostsAreKnown() {
        Plan without = plan(study(), null);
        Plan with = plan(classes(1000), data);

        assertThat(without.missing()).isNotEmpty();
        assertThat(without.data().given()).isFalse();
        assertThat(without.costs()).isEqualTo(with.costs());
        assertThat(without.trials())
                .extracting(Trial::hash)
                .doesNotContainAnyElementsOf(
                        with.trials().stream().map(Trial::hash).toList());
        assertThat(without.data().fingerprint()).doesNotMatch("[0-9a-f]{64}");
    }

    @Test
    void theScaleIsPartOfTheHashAndOfLatentsOnly() {
        Plan plain = plan(study(), data);
        Plan scaled = plan(study(DataKnobs.LATENT_SCALE.to(0.18215)), data);
        assertThat(scaled.trials().get(0).stages())
                .isNotEqualTo(plain.trials().get(0).stages());

        Study shapes = study(DataKnobs.SET.to("shapes"));
        assertThat(plan(shapes, null).trials().get(0).settings().isSet(DataKnobs.LATENT_SCALE))
                .isFalse();
        assertThatThrownBy(() -> plan(shapes.with(DataKnobs.LATENT_SCALE.to(2.0)), null))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("data.latent-scale = 2 requires data.set = latents");
    }

    @Test
    void latentsAreNotMirroredAndMayShowFewerClasses() {
        assertThat(plan(study(), data).trials().get(0).settings().get(TrainKnobs.FLIP))
                .isFalse();
        assertThatThrownBy(() -> plan(study(TrainKnobs.FLIP.to(true)), data))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("mirror image of a latent");
        assertThatThrownBy(() -> plan(classes(2), data))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("classes is 2 but codes-8 has 3");
    }
}
