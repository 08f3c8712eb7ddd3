package org.ditlab.metric.inception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.ditlab.data.MetricFixtures;
import org.ditlab.nn.StateDict;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.Shape;
import org.ditlab.weights.ModelFile;
import org.ditlab.weights.WeightFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same weights in every file that they are published in. */
class InceptionWeightsTests {
    @TempDir
    private Path folder;

    private static List<Path> containers() throws IOException {
        try (Stream<Path> files = Files.list(MetricFixtures.file("checkpoints"))) {
            return files.filter(file -> !file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    private static String crc(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        CRC32 crc = new CRC32();
        crc.update(bytes.array());
        return String.format("%08x", crc.getValue());
    }

    private static void assertIs(String what, StateDict.Entry entry, JsonNode expected) {
        List<Integer> shape = new ArrayList<>();
        expected.get("shape").forEach(extent -> shape.add(extent.asInt()));
        assertThat(entry.shape())
                .as(what)
                .isEqualTo(Shape.of(shape.stream().mapToInt(Integer::intValue).toArray()));
        assertThat(crc(entry.values()))
                .as(what)
                .isEqualTo(expected.get("crc32_of_float32_le").asText());
    }

    @Test
    void namesAndShapesOfAllTensors() throws IOException {
        JsonNode table = MetricFixtures.json("inception/parameter_names.json");
        Map<String, InceptionTensor> tensors =
                InceptionTensor.all().stream().collect(Collectors.toMap(InceptionTensor::name, tensor -> tensor));
        assertThat(tensors).hasSize(table.get("table").size());
        for (JsonNode row : table.get("table")) {
            InceptionTensor tensor = tensors.get(row.get("state_dict").asText());
            assertThat(tensor).as(row.toString()).isNotNull();
            assertThat(tensor.graph()).isEqualTo(row.get("graph").asText());
            assertThat(tensor.script())
                    .isEqualTo(
                            row.get("script").isNull()
                                    ? null
                                    : row.get("script").asText());
            String layout = row.path("graph_layout").asText("");
            assertThat(tensor.layout().name())
                    .isEqualTo(Map.of("HWIO", "KERNEL", "IO", "TRANSPOSED", "", "SAME")
                            .get(layout));
        }
        List<String> order = new ArrayList<>();
        table.get("shapes").fields().forEachRemaining(field -> {
            order.add(field.getKey());
            assertThat(tensors.get(field.getKey()).shape().toArray())
                    .as(field.getKey())
                    .containsExactly(Stream.iterate(0, i -> i + 1)
                            .limit(field.getValue().size())
                            .mapToInt(i -> field.getValue().get(i).asInt())
                            .toArray());
        });
        assertThat(order).hasSameSizeAs(tensors.keySet());
    }

    @Test
    void everyContainerGivesTheSameTensors() throws IOException {
        JsonNode expected = MetricFixtures.json("checkpoints/expected.json");
        List<String> hashes = new ArrayList<>();
        for (Path file : containers()) {
            InceptionWeights weights = InceptionWeights.readPart(file);
            assertThat(weights.state().entries()).as(file.toString()).hasSize(7);
            weights.state().entries().forEach((name, entry) -> {
                if (weights.scaleAbsent() && name.endsWith(".bn.weight")) {
                    assertThat(entry.values()).as(file + " " + name).containsOnly(1f);
                } else {
                    assertIs(file + " " + name, entry, expected.get(name));
                }
            });
            if (!weights.scaleAbsent()) {
                hashes.add(weights.hash());
            }
        }
        assertThat(hashes).hasSizeGreaterThan(2).containsOnly(hashes.get(0));
        assertThat(hashes.get(0)).matches("[0-9a-f]{64}");
    }

    /** Also the views and types of the state dicts that are no weights of the network. */
    @Test
    void everyTensorOfAStateDictHasItsValues() throws IOException {
        JsonNode expected = MetricFixtures.json("checkpoints/expected.json");
        int read = 0;
        for (Path file : containers()) {
            for (Map.Entry<String, StateDict.Entry> tensor :
                    WeightFile.open(file).weights(null).read().entries().entrySet()) {
                if (expected.has(tensor.getKey())) {
                    assertIs(file + " " + tensor.getKey(), tensor.getValue(), expected.get(tensor.getKey()));
                    read++;
                }
            }
        }
        assertThat(read).isGreaterThan(expected.size());
    }

    @Test
    void partOfTheNetworkIsRefusedWithAllProblems() throws IOException {
        for (Path file : containers()) {
            assertThatThrownBy(() -> InceptionWeights.read(file))
                    .isInstanceOf(StudyException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("Conv2d_2a_3x3.conv.weight is missing")
                    .hasMessageContaining("467 of its tensors")
                    .hasMessageContaining("and 459 more")
                    .hasMessageContaining("--inception");
        }
    }

    /** All 472 tensors under the names of a state dict, of a script module and of a graph. */
    @Test
    void wholeWeightsHaveOneHash() throws IOException {
        Map<String, StateDict.Entry> canonical = new LinkedHashMap<>();
        Map<String, StateDict.Entry> script = new LinkedHashMap<>();
        GraphWriter graph = new GraphWriter();
        Random random = new Random(1);
        for (InceptionTensor tensor : InceptionTensor.all()) {
            float[] values = new float[(int) tensor.shape().elements()];
            for (int i = 0; i < values.length; i++) {
                values[i] = tensor.isScale() ? 1 : random.nextInt(1 << 20) * 0x1p-20f;
            }
            StateDict.Entry entry = new StateDict.Entry(tensor.shape(), values);
            canonical.put(tensor.name(), entry);
            if (tensor.script() != null) {
                script.put(tensor.script(), entry);
            }
            graph.constant(tensor.graph(), graphShape(tensor), graphValues(tensor, values));
        }
        Path first = folder.resolve("weights.pth");
        Path second = folder.resolve("weights.pt");
        Path third = folder.resolve("weights.pb");
        ModelFile.write(first, new StateDict(canonical));
        ModelFile.write(second, new StateDict(script));
        Files.write(third, graph.bytes());
        InceptionWeights known = InceptionWeights.read(first);
        InceptionWeights flat = InceptionWeights.read(second);
        InceptionWeights frozen = InceptionWeights.read(third);
        assertThat(known.scaleAbsent()).isFalse();
        assertThat(flat.scaleAbsent()).isTrue();
        assertThat(frozen.scaleAbsent()).isFalse();
        assertThat(known.state().entries()).hasSize(472);
        assertThat(known.hash()).isEqualTo(flat.hash()).isEqualTo(frozen.hash());
        assertThat(frozen.container()).isEqualTo("TensorFlow frozen graph");
        assertThat(flat.container()).contains("script module");
    }

    private static int[] graphShape(InceptionTensor tensor) {
        int[] shape = tensor.shape().toArray();
        return switch (tensor.layout()) {
            case SAME -> shape;
            case TRANSPOSED -> new int[] {shape[1], shape[0]};
            case KERNEL -> new int[] {shape[2], shape[3], shape[1], shape[0]};
        };
    }

    /** By the definition of the layouts, index by index. */
    private static float[] graphValues(InceptionTensor tensor, float[] values) {
        if (tensor.layout() == InceptionTensor.Layout.SAME) {
            return values;
        }
        int[] shape = tensor.shape().toArray();
        int kernel = values.length / shape[0] / shape[1];
        float[] turned = new float[values.length];
        int at = 0;
        for (int out = 0; out < shape[0]; out++) {
            for (int in = 0; in < shape[1]; in++) {
                for (int k = 0; k < kernel; k++) {
                    turned[(k * shape[1] + in) * shape[0] + out] = values[at++];
                }
            }
        }
        return turned;
    }

    @Test
    void otherFilesAreToldApart() throws IOException {
        StateDict torchvision = new StateDict(Map.of(
                "fc.weight", new StateDict.Entry(Shape.of(1000, 2048), new float[1000 * 2048]),
                "AuxLogits.fc.bias", new StateDict.Entry(Shape.of(1000), new float[1000])));
        Path file = folder.resolve("inception_v3.safetensors");
        ModelFile.write(file, torchvision);
        assertThatThrownBy(() -> InceptionWeights.read(file)).hasMessageContaining("torchvision");
        Path other = folder.resolve("other.safetensors");
        ModelFile.write(other, new StateDict(Map.of("weight", new StateDict.Entry(Shape.of(1), new float[1]))));
        assertThatThrownBy(() -> InceptionWeights.read(other))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("without any tensor of the Inception network")
                .hasMessageContaining("classify_image_graph_def.pb");
        // What pickle.dump writes first of a persistent object of NVIDIA's.
        byte[] pickle = "\u0080\u0004ctorch_utils.persistence\n_reconstruct_persistent_obj\n."
                .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        Path source = Files.write(folder.resolve("inception-2015-12-05.pkl"), pickle);
        assertThatThrownBy(() -> InceptionWeights.read(source))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("nothing was executed")
                .hasMessageContaining("Python source")
                .hasMessageContaining("--inception");
        assertThatThrownBy(() -> InceptionWeights.read(folder.resolve("none.pth")))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("there is no such file");
    }
}
