package org.ditlab.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Safetensors;
import org.ditlab.fixtures.FixtureCase;
import org.ditlab.fixtures.Fixtures;
import org.ditlab.fixtures.FormulaWeights;
import org.ditlab.fixtures.OfficialConfig;
import org.ditlab.knob.Settings;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.nn.KeyMismatch;
import org.ditlab.nn.StateDict;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch wrote, against the values that it wrote. */
class WeightFileTests {
    @TempDir
    private Path folder;

    private static FixtureCase expected() {
        return Fixtures.cases("pt").get(0);
    }

    private static Path file(String name) {
        return Fixtures.folder("pt").resolve(name);
    }

    /** What TorchScript writes besides tensors: typed and tagged lists, truth values, nothing. */
    @Test
    void modulesOfAScriptArchive() throws IOException {
        byte[] pickle = new Pickle()
                .ops("c__torch__.a.___torch_mangle_3\nNet\n)\u0081}(")
                .text("training")
                .raw(0x88)
                .text("hook")
                .ops("N")
                .text("sizes")
                .ops("ctorch.jit._pickle\nbuild_intlist\n](")
                .number(1)
                .number(2)
                .ops("e\u0085R")
                .text("names")
                .ops("ctorch.jit._pickle\nrestore_type_tag\n(]")
                .text("List[str]")
                .ops("tR")
                .text("inner")
                .ops("c__torch__\nLayer\n)\u0081}(")
                .text("weight")
                .tensor(6, 2, new long[] {2, 2}, new long[] {2, 1})
                .ops("ubub")
                .stop();
        Map<String, byte[]> members =
                TorchFiles.members(Files.write(folder.resolve("plain.pt"), TorchFiles.withPickle(pickle, 6)));
        members.put("archive/constants.pkl", new Pickle().ops(")").stop());
        Path path = Files.write(folder.resolve("script.pt"), TorchFiles.zip(members));

        WeightFile file = WeightFile.open(path);
        Map<String, StateDict.Entry> read = file.weights(null).read().entries();

        assertThat(file.format()).isEqualTo(WeightFormat.TORCH_SCRIPT);
        assertThat(read).containsOnlyKeys("inner.weight");
        assertThat(read.get("inner.weight").shape()).isEqualTo(Shape.of(2, 2));
        assertThat(read.get("inner.weight").values()).containsExactly(2, 3, 4, 5);
    }

    @ParameterizedTest
    @CsvSource({
        "plain_state_dict.pt,, TORCH_ZIP, '', plain/",
        "legacy_state_dict.pt,, TORCH_LEGACY, '', plain/",
        "train_checkpoint.pt,, TORCH_ZIP, ema, train/ema/",
        "train_checkpoint.pt, ema, TORCH_ZIP, ema, train/ema/",
        "train_checkpoint.pt, model, TORCH_ZIP, model, train/model/",
        "dtypes.pt,, TORCH_ZIP, tensors, dtypes/"
    })
    void valuesAreThoseThatWereSaved(String name, String entry, WeightFormat format, String taken, String prefix)
            throws IOException {
        WeightFile file = WeightFile.open(file(name));
        Weights weights = file.weights(entry);
        Map<String, StateDict.Entry> read = weights.read().entries();
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        expected().arrays().forEach((key, array) -> {
            if (key.startsWith(prefix)) {
                arrays.put(key.substring(prefix.length()), array);
            }
        });

        assertThat(file.format()).isEqualTo(format);
        assertThat(weights.entry()).isEqualTo(taken);
        assertThat(read.keySet()).hasSizeGreaterThan(10).containsExactlyInAnyOrderElementsOf(arrays.keySet());
        arrays.forEach((key, array) -> assertSame(key, read.get(key), array));
    }

    private static void assertSame(String name, StateDict.Entry entry, NpyArray array) {
        assertThat(entry.shape()).as(name).isEqualTo(Shape.of(array.shape()));
        assertThat(entry.values()).as(name).isEqualTo(array.floats());
    }

    @Test
    void everyFileOfTheFolderIsRead() throws IOException {
        List<String> names;
        try (Stream<Path> files = Files.list(Fixtures.folder("pt"))) {
            names = files.map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("expected."))
                    .sorted()
                    .toList();
        }

        assertThat(names)
                .contains("dtypes.pt", "legacy_state_dict.pt", "mixed_dtypes.safetensors", "train_checkpoint.pt");
        for (String name : names) {
            Weights weights = WeightFile.open(file(name)).weights(null);
            assertThat(weights.read().shapes()).as(name).isEqualTo(weights.shapes());
        }
    }

    @Test
    void safetensorsOfManyTypes() throws IOException {
        WeightFile file = WeightFile.open(file("mixed_dtypes.safetensors"));
        Map<String, StateDict.Entry> read = file.weights(null).read().entries();
        Map<String, String> renamed = Map.of("bool", "bool_");

        assertThat(file.format()).isEqualTo(WeightFormat.SAFETENSORS);
        assertThat(file.metadata()).isEqualTo(Map.of("note", "mixed dtypes"));
        assertThat(read).hasSize(9);
        read.forEach((key, entry) ->
                assertSame(key, entry, expected().array("dtypes/" + renamed.getOrDefault(key, key))));
    }

    @Test
    void whatStandsBesideTheTensorsIsReadAsPlainValues() throws IOException {
        PickleDict checkpoint = TorchZip.open(file("train_checkpoint.pt")).root();
        PickleDict nested =
                (PickleDict) TorchZip.open(file("dtypes.pt")).root().entries().get("nested");

        JsonNode args = expected().json().get("args");
        assertThat(checkpoint.entries().keySet()).containsExactly("model", "ema", "opt", "args");
        assertThat(plain(checkpoint.entries().get("args"))).isEqualTo(plain(args));
        PickleDict optimizer = (PickleDict) checkpoint.entries().get("opt");
        assertThat(plain(optimizer.entries().get("param_groups")))
                .isEqualTo(plain(expected().json().get("param_groups")));
        assertThat(plain(nested)).isEqualTo(plain(expected().json().get("nested")));
    }

    private static Object plain(Object value) {
        if (value instanceof PickleDict dict) {
            return dict.entries().entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, entry -> plain(entry.getValue())));
        }
        if (value instanceof PickleTuple tuple) {
            return tuple.items().stream().map(WeightFileTests::plain).toList();
        }
        if (value instanceof List<?> list) {
            return list.stream().map(WeightFileTests::plain).toList();
        }
        if (value instanceof JsonNode node) {
            if (node.isObject()) {
                Map<Object, Object> map = new LinkedHashMap<>();
                node.fields().forEachRemaining(field -> map.put(field.getKey(), plain(field.getValue())));
                return map;
            }
            if (node.isArray()) {
                return Stream.iterate(0, i -> i < node.size(), i -> i + 1)
                        .map(i -> plain(node.get(i)))
                        .toList();
            }
            return node.isDouble() ? String.valueOf(node.doubleValue()) : node.asText();
        }
        return String.valueOf(value);
    }

    static Stream<FixtureCase> casesWithWeightFiles() {
        return Fixtures.cases("models").stream()
                .filter(fixture -> fixture.json().has("weights_file"));
    }

    @ParameterizedTest
    @MethodSource("casesWithWeightFiles")
    void officialSafetensorsHoldTheFormula(FixtureCase fixture) throws IOException {
        Path path = Fixtures.folder("models")
                .resolve(fixture.json().get("weights_file").asText());

        Weights weights = WeightFile.open(path).weights(null);
        StateDict read = weights.read();

        List<String> names = new ArrayList<>();
        for (JsonNode tensor : fixture.json().get("tensors")) {
            String name = tensor.get("name").asText();
            names.add(name);
            if (!tensor.path("source").asText().equals("init")) {
                float[] expected = FormulaWeights.values(
                        name,
                        read.entries().get(name).shape(),
                        fixture.json().get("seed").asLong(),
                        (float) tensor.get("scale").asDouble(),
                        (float) tensor.get("offset").asDouble());
                assertThat(read.entries().get(name).values()).as(name).isEqualTo(expected);
            }
        }
        assertThat(read.entries().keySet()).containsExactlyInAnyOrderElementsOf(names);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain_state_dict.pt", "legacy_state_dict.pt", "train_checkpoint.pt"})
    void weightsFillAModelAndComeBackThroughSafetensors(String name) throws IOException {
        StateDict weights = WeightFile.open(file(name)).weights(null).read();
        Path saved = folder.resolve("model.safetensors");
        try (Backend backend = new LibtorchProvider().open(Device.CPU, 1);
                Scope scope = backend.scope()) {
            Denoiser model = ModelZoo.build(tiny());
            model.materialize(backend, new Streams(0));
            weights.load(model);
            ModelFile.write(saved, StateDict.of(model), Map.of(ModelFile.MODEL, "tiny"));
        }

        WeightFile again = WeightFile.open(saved);
        assertThat(again.weights(null).verify()).isTrue();
        assertThat(again.metadata()).isEqualTo(Map.of("format", "pt", "model", "tiny"));
        Map<String, StateDict.Entry> read = again.weights(null).read().entries();
        assertThat(read.keySet()).isEqualTo(weights.entries().keySet());
        read.forEach((key, entry) -> assertThat(entry.values())
                .as(key)
                .isEqualTo(weights.entries().get(key).values()));
    }

    @Test
    void misfittingKeysAreToldAllAtOnce() throws IOException {
        Map<String, StateDict.Entry> entries = new LinkedHashMap<>(WeightFile.open(file("plain_state_dict.pt"))
                .weights(null)
                .read()
                .entries());
        Denoiser model = ModelZoo.build(tiny());
        assertThat(KeyMismatch.between(new StateDict(entries).shapes(), model).isEmpty())
                .isTrue();
        entries.remove("pos_embed");
        entries.put("extra.weight", new StateDict.Entry(Shape.of(1), new float[1]));
        entries.put("final_layer.linear.bias", new StateDict.Entry(Shape.of(3), new float[3]));
        for (int i = 0; i < 30; i++) {
            entries.put("junk." + i, new StateDict.Entry(Shape.of(1), new float[1]));
        }

        assertThatThrownBy(() -> new StateDict(entries).load(model))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 missing:\n    pos_embed (1, 16, 16)")
                .hasMessageContaining("31 unexpected:\n    extra.weight (1)")
                .hasMessageContaining("and 11 more")
                .hasMessageContaining("1 of another shape:\n    final_layer.linear.bias is (3), the model has (32)");
    }

    @Test
    void entriesThatAreNotThereAreToldWithThoseThatAre() throws IOException {
        WeightFile checkpoint = WeightFile.open(file("train_checkpoint.pt"));
        WeightFile plain = WeightFile.open(file("plain_state_dict.pt"));

        assertThat(checkpoint.weights(null).remarks())
                .containsExactly("the file also holds model, which --entry takes", "not read: opt, args");
        assertThatThrownBy(() -> checkpoint.weights("opt"))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("no state dict \"opt\"")
                .hasMessageEndingWith("; give --entry model or --entry ema");
        assertThatThrownBy(() -> plain.weights("ema"))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("leave out --entry");
    }

    @Test
    void prefixesOfWrappersAreLeftOutAndSaid() throws IOException {
        Path path = folder.resolve("ddp.pth");
        byte[] pickle = new Pickle()
                .ops("}")
                .text("module.w")
                .tensor(6, 1, new long[] {2, 2}, new long[] {1, 3})
                .ops("s")
                .stop();
        Files.write(path, TorchFiles.withPickle(pickle, 6));

        Weights weights = WeightFile.open(path).weights(null);

        assertThat(weights.read().entries().get("w").values()).containsExactly(1, 4, 2, 5);
        assertThat(weights.remarks()).containsExactly("the prefix \"module.\" of every key is left out");
    }

    @Test
    void bigEndianArchivesAreRead() throws IOException {
        Map<String, byte[]> members = TorchFiles.members(file("dtypes.pt"));
        members.put("dtypes/byteorder", "big".getBytes(StandardCharsets.US_ASCII));
        Path path = folder.resolve("big.pt");
        Map<String, Integer> widths = Map.of("1", 8, "2", 2, "3", 2, "4", 8, "6", 2, "7", 1, "8", 1, "9", 1);
        members.replaceAll((name, bytes) -> name.contains("/data/")
                ? swapped(bytes, widths.getOrDefault(name.substring(name.lastIndexOf('/') + 1), 4))
                : bytes);
        Files.write(path, TorchFiles.zip(members));

        Map<String, StateDict.Entry> big =
                WeightFile.open(path).weights(null).read().entries();

        WeightFile.open(file("dtypes.pt"))
                .weights(null)
                .read()
                .entries()
                .forEach((name, entry) ->
                        assertThat(big.get(name).values()).as(name).isEqualTo(entry.values()));
    }

    private static byte[] swapped(byte[] bytes, int width) {
        byte[] swapped = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            swapped[i] = bytes[i / width * width + width - 1 - i % width];
        }
        return swapped;
    }

    @Test
    void whatIsNoWeightFileIsNamed() throws IOException {
        assertRefused("", "empty");
        assertRefused("version https://git-lfs.github.com/spec/v1\n", "git lfs pull");
        assertRefused("<!DOCTYPE html>", "web page");
        assertRefused("some text that is none", "neither a safetensors file");
        assertThatThrownBy(() -> WeightFile.open(folder))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("this is a folder");
        assertThatThrownBy(() -> WeightFile.open(folder.resolve("missing.pt")))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("there is no such file");
        assertThatThrownBy(() -> WeightFile.open(Fixtures.folder("pt").resolve("expected.npz")))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("zip without data.pkl");
    }

    private void assertRefused(String content, String reason) throws IOException {
        Path path = Files.write(folder.resolve("file"), content.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> WeightFile.open(path))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aFlippedBitOfAStorageIsNoticed() throws IOException {
        byte[] bytes = Files.readAllBytes(file("plain_state_dict.pt"));
        bytes[bytes.length / 2] ^= 1;
        Path path = Files.write(folder.resolve("flipped.pt"), bytes);

        assertThatThrownBy(() -> WeightFile.open(path).weights(null).read())
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("checksum");
    }

    @Test
    void aFlippedBitOfASavedFileIsNoticed() throws IOException {
        Path path = folder.resolve("w.safetensors");
        Safetensors.write(path, Map.of("w", new Safetensors.Array(new int[] {2}, new float[] {1, 2})), Map.of());
        byte[] bytes = Files.readAllBytes(path);
        bytes[bytes.length - 1] ^= 1;
        Files.write(path, bytes);

        Weights weights = WeightFile.open(path).weights(null);
        assertThatThrownBy(weights::read).isInstanceOf(StudyException.class).hasMessageContaining("checksum");
        assertThatThrownBy(weights::verify).isInstanceOf(StudyException.class).hasMessageContaining("checksum");
    }

    private static Settings tiny() {
        JsonNode config = expected().json().get("config");
        int side = config.get("input_size").asInt();
        return OfficialConfig.settings(
                "dit", config, List.of(config.get("in_channels").asInt(), side, side));
    }
}
