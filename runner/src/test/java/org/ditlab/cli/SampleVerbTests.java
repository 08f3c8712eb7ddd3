package org.ditlab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ditlab.cli.MainTests.ditlab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.cli.MainTests.Output;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.diffusion.sampler.ImageSampler;
import org.ditlab.fixtures.Fixtures;
import org.ditlab.knob.Settings;
import org.ditlab.model.ModelZoo;
import org.ditlab.nn.StateDict;
import org.ditlab.run.TrainedModel;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.Planner;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;
import org.ditlab.study.plan.TrialJson;
import org.ditlab.study.spi.UserFiles;
import org.ditlab.study.yaml.StudyYaml;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.weights.ModelFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleVerbTests {
    private static final String STUDY = """
            study: tiny
            claim: None.
            base: { model: DiT-S/4, width: 16, depth: 1, heads: 2 }
            data: { set: shapes, size: 8, count: 100 }
            train: { steps: 1, prediction: v, noise-schedule: cosine }
            sample: { sampler: ddim, steps: 4, count: 100 }
            list:
              - { name: deeper, change: { depth: 2 } }
            """;

    @TempDir
    private Path folder;

    private static String[] checkpoint(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "sample",
                "--model",
                "DiT-S/2",
                "--weights",
                Fixtures.folder("pt").resolve("train_checkpoint.pt").toString()));
        for (String setting : List.of("width=16", "depth=1", "heads=2", "classes=4", "input=4,8,8")) {
            arguments.addAll(List.of("--set", setting));
        }
        arguments.addAll(List.of("--threads", "1", "--steps", "3"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    @Test
    void latentsOfACheckpointAreWrittenAsTheyAre() throws IOException {
        Path out = folder.resolve("latents.npz");

        Output output =
                ditlab(checkpoint("--labels", "3,1", "--count", "3", "--guidance", "2", "--out", out.toString()));

        assertThat(output.code()).as(output.err()).isZero();
        assertThat(output.out().strip()).isEqualTo(out.toString());
        assertThat(output.err()).contains("latents", "decoder");
        Map<String, NpyArray> arrays = Npz.read(out);
        assertThat(arrays.get("arr_0").shape()).isEqualTo(new int[] {3, 4, 8, 8});
        assertThat(arrays.get("arr_1").longs()).containsExactly(3, 1, 3);
        assertThat(arrays.get("arr_0").floats()).doesNotContain(Float.NaN);
        assertThat(folder).isDirectoryContaining("glob:**latents.npz").isDirectoryNotContaining("glob:**.png");
    }

    @Test
    void anImageIsTheSameHoweverManyAreAskedFor() throws IOException {
        ditlab(checkpoint("--count", "1", "--out", folder.resolve("one").toString()));
        ditlab(checkpoint("--count", "70", "--out", folder.resolve("many").toString()));

        float[] one = Npz.read(folder.resolve("one/samples.npz")).get("arr_0").floats();
        float[] many = Npz.read(folder.resolve("many/samples.npz")).get("arr_0").floats();
        assertThat(one).isEqualTo(Arrays.copyOf(many, one.length));
    }

    /** The images of a trial are those that its sample stage draws, of the schedule and target that it was trained with. */
    @Test
    void aTrialOfAStudyIsSampledAsItsStageDoes() throws IOException {
        Trial trial = study().stream()
                .filter(one -> one.variant().equals("deeper"))
                .findFirst()
                .orElseThrow();
        StateDict weights = train(trial);

        Output output = ditlab(
                "sample",
                folder.toString(),
                "--variant",
                "deeper",
                "--count",
                "5",
                "--threads",
                "1",
                "--data",
                folder.toString(),
                "--out",
                folder.resolve("out").toString());

        assertThat(output.code()).as(output.err()).isZero();
        assertThat(output.err()).doesNotContain("shows the first");
        assertThat(output.out().lines())
                .containsExactly(
                        folder.resolve("out/samples.png").toString(),
                        folder.resolve("out/samples.npz").toString());
        assertThat(ImageIO.read(folder.resolve("out/samples.png").toFile())).isNotNull();
        NpyArray images = Npz.read(folder.resolve("out/samples.npz")).get("arr_0");
        assertThat(images.shape()).isEqualTo(new int[] {5, 8, 8, 3});
        byte[] planar = drawn(trial, weights, 5);
        for (int pixel = 0; pixel < 5 * 64; pixel++) {
            for (int channel = 0; channel < 3; channel++) {
                assertThat(images.bytes()[3 * pixel + channel])
                        .isEqualTo(planar[pixel / 64 * 192 + channel * 64 + pixel % 64]);
            }
        }
    }

    @Test
    void aGridOfSomeImagesSaysSo() throws IOException {
        train(study().get(0));

        Output output = ditlab(
                "sample",
                folder.toString(),
                "--count",
                "41",
                "--steps",
                "1",
                "--threads",
                "1",
                "--out",
                folder.resolve("out").toString());

        assertThat(output.err()).contains("samples.png shows the first 40 of 41 images; samples.npz has all");
    }

    private static byte[] drawn(Trial trial, StateDict weights, int count) {
        try (Backend backend = new LibtorchProvider().open(Device.CPU, 1);
                Scope scope = backend.scope()) {
            return new ImageSampler(
                            backend,
                            TrainedModel.folded(backend, trial.settings(), weights),
                            trial.settings(),
                            trial.seed())
                    .chunk(0, count);
        }
    }

    /** A study's directory with all its trials planned. */
    private List<Trial> study() throws IOException {
        Path yaml = Files.writeString(folder.resolve("tiny.yaml"), STUDY);
        Plan plan = Planner.installed(UserFiles.NONE).plan(StudyYaml.read(yaml));
        StudyDirectory directory = StudyDirectory.create(folder);
        directory.writePlan(
                plan.spec().toTree(), plan.trials().stream().map(Trial::hash).toList());
        for (Trial trial : plan.trials()) {
            Path file = directory.trial(trial.hash()).trialFile();
            Files.createDirectories(file.getParent());
            JsonFile.write(file, TrialJson.tree(trial, plan.cost(trial)));
        }
        return plan.trials();
    }

    /** Leaves what a finished train stage does, with weights that are noise. */
    private StateDict train(Trial trial) throws IOException {
        String id = trial.stages().stream()
                .filter(stage -> stage.kind() == StageKind.TRAIN)
                .findFirst()
                .orElseThrow()
                .id();
        Path stage = Files.createDirectories(folder.resolve("stages").resolve(id));
        StateDict weights = noise(trial.settings());
        ModelFile.write(stage.resolve("model.safetensors"), weights);
        JsonFile.write(stage.resolve("result.json"), Map.of("metrics", Map.of()));
        return weights;
    }

    private static StateDict noise(Settings settings) {
        Map<String, StateDict.Entry> entries = new LinkedHashMap<>();
        ModelZoo.build(settings).parameters().forEach((name, parameter) -> {
            float[] values = new float[(int) parameter.shape().elements()];
            new Streams(8).stream("init").named(name).normal(0, 0, values, 0, values.length);
            for (int i = 0; i < values.length; i++) {
                values[i] *= 0.2f;
            }
            entries.put(name, new StateDict.Entry(parameter.shape(), values));
        });
        return new StateDict(entries);
    }

    @Test
    void whatIsMissingOfAStudyIsSaid() throws IOException {
        assertThat(study()).isNotEmpty();

        assertThat(ditlab("sample", folder.toString(), "--variant", "depper").err())
                .contains("no variant \"depper\"", "did you mean \"deeper\"");
        assertThat(ditlab("sample", folder.toString(), "--seed", "9").err()).contains("has no seed 9; there are 1");
        Output untrained = ditlab("sample", folder.toString());
        assertThat(untrained.code()).isEqualTo(2);
        assertThat(untrained.err()).contains("is not trained yet");
    }

    @ParameterizedTest
    @CsvSource({
        "--sampler, eular, did you mean \"euler\"",
        "--steps, 0, a whole number from 1 to 1000",
        "--eta, 0.5, sample.eta requires sample.sampler = ddim",
        "--labels, 4, expected a class from 0 to 3",
        "--count, 0, at least 1",
        "--guidance-channels, four, all | first-three",
        "--prediction, noise, epsilon | v | x0",
        "--variant, base, is about a STUDY",
        "--entry, none, none",
        "--set, depth=2, do not fit",
        "--out, /dev/null/here, give another place"
    })
    void badOptionsAreRefused(String option, String value, String message) {
        List<String> arguments = new ArrayList<>(List.of(checkpoint()));
        arguments.removeAll(option.equals("--steps") ? List.of("--steps", "3") : List.of());
        arguments.addAll(List.of(option, value));

        Output output = ditlab(arguments.toArray(String[]::new));

        assertThat(output.code()).isEqualTo(2);
        assertThat(output.err()).contains(message).doesNotContain("\tat ");
        assertThat(output.out()).isEmpty();
    }

    @Test
    void aModelOrAStudyIsNeeded() {
        assertThat(ditlab("sample").err()).contains("give a STUDY that has been trained");
        assertThat(ditlab("sample", "--model", "DiT-S/4").err()).contains("add --weights FILE");
        assertThat(ditlab("sample", "nowhere", "--weights", "x.pt").err()).contains("are about --model");
    }
}
