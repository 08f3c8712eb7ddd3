package org.ditlab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ditlab.cli.MainTests.ditlab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.ditlab.cli.MainTests.Output;
import org.ditlab.fixtures.Fixtures;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.nn.Parameter;
import org.ditlab.nn.StateDict;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.reference.ReferenceBackendProvider;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.weights.ModelFile;
import org.ditlab.weights.WeightFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsVerbTests {
    @TempDir
    private Path folder;

    private static String checkpoint() {
        return Fixtures.folder("pt").resolve("train_checkpoint.pt").toString();
    }

    @Test
    void aFileIsDescribed() {
        Output output = ditlab("weights", checkpoint());

        assertThat(output.code()).isZero();
        assertThat(output.err()).isEmpty();
        assertThat(output.out())
                .contains(
                        "PyTorch zip",
                        "entry        ema",
                        "10,928",
                        "F32 22",
                        "checksums    right",
                        "pos_embed  F32 (1, 16, 16)")
                .contains("the file also holds model", "and 14 more");
    }

    @Test
    void aFileIsDescribedAsJson() throws IOException {
        Output output = ditlab("weights", checkpoint(), "--entry", "model", "--format", "json");

        JsonNode json = new ObjectMapper().readTree(output.out());
        assertThat(json.get("entry").asText()).isEqualTo("model");
        assertThat(json.get("entries")).extracting(JsonNode::asText).containsExactly("model", "ema");
        assertThat(json.get("parameters").asLong()).isEqualTo(10928);
        assertThat(json.get("tensors")).hasSize(22);
        assertThat(json.at("/tensors/pos_embed/shape").toString()).isEqualTo("[1,16,16]");
    }

    @Test
    void weightsAreSavedAsSafetensors() throws IOException {
        Path saved = folder.resolve("ema.safetensors");

        Output output = ditlab("weights", checkpoint(), "--save", saved.toString());

        assertThat(output.code()).isZero();
        WeightFile file = WeightFile.open(saved);
        assertThat(file.metadata()).isEqualTo(Map.of("format", "pt", "entry", "ema"));
        var expected =
                WeightFile.open(Path.of(checkpoint())).weights(null).read().entries();
        var read = file.weights(null).read().entries();
        assertThat(read.keySet()).isEqualTo(expected.keySet());
        read.forEach((key, entry) ->
                assertThat(entry.values()).isEqualTo(expected.get(key).values()));
    }

    @Test
    void theInputIsNeverOverwritten() throws IOException {
        Path input = Files.copy(Path.of(checkpoint()), folder.resolve("w.safetensors.partial"));
        byte[] before = Files.readAllBytes(input);
        Path link = Files.createSymbolicLink(folder.resolve("link"), input);

        for (Path target : new Path[] {input, link, folder.resolve("w.safetensors")}) {
            Output output = ditlab("weights", input.toString(), "--save", target.toString());
            assertThat(output.code()).as(target.toString()).isEqualTo(2);
            assertThat(output.err()).contains("would overwrite", "give another name");
        }
        assertThat(ditlab("weights", input.toString(), "--save", folder + "/missing/w")
                        .err())
                .contains("existing folder");
        assertThat(Files.readAllBytes(input)).isEqualTo(before);
        assertThat(files()).containsExactlyInAnyOrder("link", "w.safetensors.partial");
    }

    @Test
    void weightsAreCheckedAgainstAModel() throws IOException {
        Path file = sparse("DiT-S/8");

        Output fitting = ditlab("weights", file.toString(), "--model", "DiT-S/8");
        Output misfit = ditlab(
                "weights",
                file.toString(),
                "--model",
                "DiT-S/4",
                "--save",
                folder.resolve("w").toString());

        assertThat(fitting.code()).isZero();
        assertThat(fitting.out()).containsPattern("fits +DiT-S/8");
        assertThat(misfit.code()).isEqualTo(2);
        assertThat(misfit.out()).isEmpty();
        assertThat(misfit.err())
                .contains("does not fit DiT-S/4", "pos_embed is (1, 16, 384), the model has (1, 64, 384)")
                .contains("these are the keys and shapes of DiT-S/8")
                .doesNotContain("missing:")
                .doesNotContain("\tat ");
        assertThat(folder.resolve("w")).doesNotExist();
    }

    @Test
    void everyKeyThatDoesNotFitIsTold() throws IOException {
        String file = sparse("DiT-S/8").toString();
        Set<String> wanted = ModelZoo.build(ModelZoo.find("U-DiT-T").orElseThrow())
                .parameters()
                .keySet();
        Set<String> found = ModelZoo.build(ModelZoo.find("DiT-S/8").orElseThrow())
                .parameters()
                .keySet();
        List<String> missing =
                wanted.stream().filter(key -> !found.contains(key)).toList();
        List<String> unexpected =
                found.stream().filter(key -> !wanted.contains(key)).toList();

        Output text = ditlab("weights", file, "--model", "U-DiT-T");
        Output json = ditlab("weights", file, "--model", "U-DiT-T", "--format", "json");

        assertThat(text.code()).isEqualTo(2);
        assertThat(missing).hasSizeGreaterThan(100);
        assertThat(text.err().lines().map(line -> line.strip().split(" ")[0]))
                .containsAll(missing)
                .containsAll(unexpected);
        assertThat(text.err()).doesNotContain(" more\n");
        assertThat(json.code()).isEqualTo(2);
        assertThat(json.err()).hasLineCount(1).contains(missing.size() + " keys missing");
        JsonNode listed = new ObjectMapper().readTree(json.out());
        assertThat(listed.get("missing").findValuesAsText("key")).isEqualTo(missing);
        assertThat(listed.get("unexpected").findValuesAsText("key")).isEqualTo(unexpected);
        assertThat(listed.get("fits").get(0).asText()).isEqualTo("DiT-S/8");
        assertThat(listed.get("misshaped"))
                .anySatisfy(key -> assertThat(key.toString())
                        .isEqualTo("{\"key\":\"x_embedder.proj.bias\",\"shape\":[384],\"expected\":[48]}"));
    }

    @Test
    void weightsAreCheckedAgainstAModelWithOtherKnobs() throws IOException {
        String file = ownWeights().toString();
        String[] knobs = {"width=16", "stages=[1, 1, 1, 1, 1]", "mlp-ratio=2", "input=4,16,16"};
        List<String> arguments = new ArrayList<>(List.of("weights", file, "--model", "U-DiT-T"));
        for (String knob : knobs) {
            arguments.addAll(List.of("--set", knob));
        }
        String saved = folder.resolve("saved.safetensors").toString();

        Output misfit = ditlab(arguments.toArray(String[]::new));
        arguments.addAll(List.of("--set", "classes=10", "--save", saved));
        Output fitting = ditlab(arguments.toArray(String[]::new));

        assertThat(fitting.err()).isEmpty();
        assertThat(fitting.code()).isZero();
        assertThat(fitting.out()).containsPattern("fits +U-DiT-T width=16 .*classes=10");
        assertThat(ditlab("weights", saved).out()).contains("model=U-DiT-T width=16");
        assertThat(misfit.code()).isEqualTo(2);
        assertThat(misfit.err()).contains("embedding_table.weight is (11, 16), the model has (1001, 16)");
    }

    @Test
    void whatIsWrongWithTheModelIsToldBeforeTheFileIsRead() {
        String file = folder.resolve("missing").toString();

        assertThat(ditlab("weights", file, "--model", "U-DiT-TT", "--set", "widht=3")
                        .err())
                .contains("did you mean \"U-DiT-T\"", "did you mean \"width\"?")
                .hasLineCount(2);
        assertThat(ditlab("weights", file, "--set", "width=3").err()).contains("name it with --model");
    }

    @Test
    void aDamagedFileIsOneMessage() throws IOException {
        byte[] bytes = Files.readAllBytes(Fixtures.folder("pt").resolve("plain_state_dict.pt"));
        bytes[bytes.length / 2] ^= 1;
        Path file = Files.write(folder.resolve("damaged.pt"), bytes);

        for (Output output : List.of(
                ditlab("weights", file.toString()),
                ditlab("weights", file.toString(), "--save", folder.resolve("w").toString()))) {
            assertThat(output.code()).isEqualTo(2);
            assertThat(output.err())
                    .startsWith("ditlab: " + file)
                    .contains("checksum")
                    .hasLineCount(1);
        }
        assertThat(files()).containsExactly("damaged.pt");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).toList();
        }
    }

    /** A safetensors file of a model's keys and shapes; its values are holes of a sparse file. */
    private Path sparse(String model) throws IOException {
        ObjectNode header = new ObjectMapper().createObjectNode();
        long end = 0;
        Map<String, Parameter> parameters =
                ModelZoo.build(ModelZoo.find(model).orElseThrow()).parameters();
        for (Map.Entry<String, Parameter> parameter : parameters.entrySet()) {
            long start = end;
            end += parameter.getValue().shape().elements();
            ObjectNode tensor = header.putObject(parameter.getKey()).put("dtype", "U8");
            tensor.putPOJO("shape", parameter.getValue().shape().toArray());
            tensor.putPOJO("data_offsets", new long[] {start, end});
        }
        byte[] json = new ObjectMapper().writeValueAsBytes(header);
        Path path = folder.resolve("sparse.safetensors");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.writeLong(Long.reverseBytes(json.length));
            file.write(json);
            file.setLength(8 + json.length + end);
        }
        return path;
    }

    /** A small U-DiT of ten classes. */
    private Path ownWeights() throws IOException {
        Settings settings = ModelZoo.find("U-DiT-T")
                .orElseThrow()
                .with(
                        ArchitectureKnobs.WIDTH.to(16),
                        ArchitectureKnobs.STAGES.to(List.of(1, 1, 1, 1, 1)),
                        ArchitectureKnobs.MLP_RATIO.to(2.0),
                        ArchitectureKnobs.INPUT.to(List.of(4, 16, 16)),
                        ArchitectureKnobs.CLASSES.to(10));
        Path file = folder.resolve("own.safetensors");
        try (Backend backend = new ReferenceBackendProvider().open(Device.CPU, 1);
                Scope scope = backend.scope()) {
            Denoiser model = ModelZoo.build(settings);
            model.materialize(backend, new Streams(1));
            ModelFile.write(file, StateDict.of(model));
        }
        return file;
    }
}
