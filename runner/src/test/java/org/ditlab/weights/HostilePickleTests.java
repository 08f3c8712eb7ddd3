package org.ditlab.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.ditlab.fixtures.Fixtures;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files made to do harm, each refused with its reason. */
class HostilePickleTests {
    private static final long[] SIX = {6};
    private static final long[] ONE = {1};

    @TempDir
    private Path folder;

    static Stream<Arguments> calls() {
        return Stream.of(
                Arguments.of(
                        "os.system",
                        "os.system",
                        p().global("os", "system")
                                .text("touch /tmp/ditlab-a-pickle-was-executed")
                                .raw(0x85)
                                .ops("R")),
                Arguments.of("posix.system", "posix.system", p().global("posix", "system")),
                Arguments.of("eval", "builtins.eval", p().global("builtins", "eval")),
                Arguments.of("getattr", "builtins.getattr", p().global("builtins", "getattr")),
                Arguments.of("a name with dots", "torch.os.system", p().global("torch", "os.system")),
                Arguments.of(
                        "a name from the stack",
                        "os.popen",
                        p().text("os").text("popen").raw(0x93)),
                Arguments.of(
                        "a number as a name", "no text", p().number(1).number(2).raw(0x93)),
                Arguments.of(
                        "a pickle in a pickle",
                        "torch.storage._load_from_bytes",
                        p().global("torch.storage", "_load_from_bytes")),
                Arguments.of("a model object", "whole model", p().global("torch.nn.modules.linear", "Linear")),
                Arguments.of("a name that goes on", "too long", p().ops("c" + "a".repeat(300) + "\nx\n")),
                Arguments.of("INST", "opcode 0x69", p().ops("(ios\nsystem\n")),
                Arguments.of("OBJ", "opcode 0x6f", p().ops("(o")),
                Arguments.of("EXT1", "opcode 0x82", p().raw(0x82, 1)),
                Arguments.of("NEWOBJ_EX", "opcode 0x92", p().raw(0x92)),
                Arguments.of("a textual persistent id", "opcode 0x50", p().ops("Pfile:///etc/passwd\n")),
                Arguments.of("protocol 9", "protocol 9", p().raw(0x80, 9)),
                Arguments.of(
                        "a called text", "cannot be called", p().text("system").ops(")R")),
                Arguments.of(
                        "a called storage class",
                        "cannot be called",
                        p().global("torch", "FloatStorage").ops(")R")),
                Arguments.of(
                        "an object of a text",
                        "cannot be called",
                        p().text("x").ops(")").raw(0x81)),
                Arguments.of(
                        "arguments of another kind",
                        "not as PyTorch writes them",
                        p().global("torch._utils", "_rebuild_tensor_v2").ops("(NNNNtR")),
                Arguments.of(
                        "a parameter of a text",
                        "not as PyTorch writes them",
                        p().global("torch._utils", "_rebuild_parameter").ops("(NNNtR")),
                Arguments.of("state of a dictionary", "takes none", p().ops("}}b")),
                Arguments.of("state of a list", "takes none", p().ops("]}b")),
                Arguments.of(
                        "state that is no dictionary",
                        "takes none",
                        p().global("collections", "OrderedDict").ops(")RNb")));
    }

    static Stream<Arguments> structures() {
        return Stream.of(
                Arguments.of("nesting", "nested more than 64", p().ops("]".repeat(5000) + "a".repeat(4999))),
                Arguments.of("a list in itself", "contain themselves", p().ops("]2a")),
                Arguments.of(
                        "a dictionary in itself",
                        "contain themselves",
                        p().ops("}").raw('q', 0).text("x").raw('h', 0).ops("s")),
                Arguments.of("tuples twice as wide at every level", "nested more than 64", doubling(200)),
                Arguments.of(
                        "a huge whole number", "whole number of", p().raw(0x8b).little(4, 0x7fffffff)),
                Arguments.of(
                        "a negative length", "whole number of", p().raw(0x8b).little(4, -5)),
                Arguments.of("a huge text", "bytes are announced", p().raw(0x8d).little(8, Long.MAX_VALUE)),
                Arguments.of(
                        "a negative text", "bytes are announced", p().raw(0x8d).little(8, -1)),
                Arguments.of("huge bytes", "bytes are announced", p().raw(0x8e).little(8, 1L << 40)),
                Arguments.of(
                        "a text of 4 GiB", "bytes are announced", p().ops("X").little(4, 0xffffffffL)),
                Arguments.of("an empty stack", "where there is none", p().ops("0")),
                Arguments.of("values below a mark", "where there is none", p().ops("N(0")),
                Arguments.of("no mark", "mark that is not there", p().ops("Nt")),
                Arguments.of("two values", "instead of one", p().ops("NN")),
                Arguments.of("an open mark", "instead of one", p().ops("N(")),
                Arguments.of(
                        "an unknown memory", "never remembered", p().ops("h").raw(7)),
                Arguments.of("a list as a key", "neither text nor", p().ops("}]Ns")),
                Arguments.of("an odd number of items", "no dictionary", p().ops("}(Nu")),
                Arguments.of("items of a tuple", "no list", p().ops(")Na")),
                Arguments.of("entries of a list", "no dictionary", p().ops("]NNs")),
                Arguments.of("no dictionary at all", "no dictionary of tensors", p().ops("]")),
                Arguments.of("a single tensor", "a single tensor", p().tensor(6, 0, SIX, ONE)),
                Arguments.of("endless operations", "more than 2000000 operations", p().ops("N0".repeat(1_000_001))));
    }

    static Stream<Arguments> tensors() {
        long big = Long.MAX_VALUE;
        return Stream.of(
                Arguments.of("too long", "outside its storage", tensor(0, new long[] {7}, ONE)),
                Arguments.of("an offset too far", "outside its storage", tensor(1, SIX, ONE)),
                Arguments.of("an offset beyond all", "outside its storage", tensor(big, SIX, ONE)),
                Arguments.of("a negative offset", "outside its storage", tensor(-1, SIX, ONE)),
                Arguments.of("an empty one far outside", "outside its storage", tensor(9, new long[] {0}, ONE)),
                Arguments.of("a negative extent", "outside its storage", tensor(0, new long[] {-6}, ONE)),
                Arguments.of("a negative stride", "outside its storage", tensor(5, SIX, new long[] {-1})),
                Arguments.of("a stride that overflows", "outside its storage", tensor(0, SIX, new long[] {big})),
                Arguments.of(
                        "a stride that overflows int",
                        "outside its storage",
                        tensor(0, new long[] {2}, new long[] {1L << 32})),
                Arguments.of(
                        "extents that overflow",
                        "outside its storage",
                        tensor(0, new long[] {1L << 31, 1L << 31, 4}, new long[] {0, 0, 0})),
                Arguments.of(
                        "an extent beyond int", "outside its storage", tensor(0, new long[] {1L << 40}, new long[] {0
                        })),
                Arguments.of(
                        "an expanded one", "save it after .contiguous()", tensor(0, new long[] {1 << 30}, new long[] {0
                        })),
                Arguments.of("fewer strides than extents", "is none", tensor(0, SIX, new long[0])),
                Arguments.of("too many axes", "axes", tensor(0, new long[40], new long[40])),
                Arguments.of(
                        "a storage of another size",
                        "member archive/data/0 has 24 bytes",
                        p().ops("}").text("w").tensor(5, 0, ONE, ONE).ops("s")),
                Arguments.of("a storage beyond the file", "in a file of", p().tensor(1L << 40, 0, ONE, ONE)),
                Arguments.of("a storage of overflowing size", "in a file of", p().tensor(big, 0, ONE, ONE)),
                Arguments.of("a storage of negative size", "in a file of", p().tensor(-1, 0, ONE, ONE)),
                Arguments.of(
                        "a storage that is not there",
                        "archive/data/../../x is missing",
                        p().ops("}")
                                .text("w")
                                .storage("FloatStorage", "../../x", 1)
                                .ops("s")),
                Arguments.of(
                        "one storage of two types",
                        "in two ways",
                        p().ops("(")
                                .storage("FloatStorage", "0", 6)
                                .storage("IntStorage", "0", 6)
                                .ops("t")),
                Arguments.of(
                        "an id that is a text",
                        "unknown kind",
                        p().text("storage").ops("Q")),
                Arguments.of(
                        "an id of another kind",
                        "unknown kind",
                        p().ops("(").text("module").ops("NNNNtQ")),
                Arguments.of(
                        "an id with a view",
                        "unknown kind",
                        p().ops("(")
                                .text("storage")
                                .global("torch", "FloatStorage")
                                .text("0")
                                .text("cpu")
                                .number(6)
                                .text("view")
                                .ops("tQ")),
                Arguments.of(
                        "an unknown storage", "torch.ComplexFloatStorage", p().storage("ComplexFloatStorage", "0", 6)));
    }

    private static Pickle p() {
        return new Pickle();
    }

    private static Pickle tensor(long offset, long[] size, long[] strides) {
        return p().tensor(6, offset, size, strides);
    }

    /** (), ((), ()), ... without sharing being told: 2^levels leaves. */
    private static Pickle doubling(int levels) {
        Pickle pickle = p().ops(")");
        for (int i = 0; i < levels; i++) {
            pickle.ops("2").raw(0x86);
        }
        return pickle;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"calls", "structures", "tensors"})
    void isRefused(String what, String reason, Pickle pickle) throws IOException {
        Path path = Files.write(folder.resolve("hostile.pt"), TorchFiles.withPickle(pickle.stop(), 6));

        assertThatThrownBy(() -> WeightFile.open(path).weights(null).read())
                .isInstanceOf(StudyException.class)
                .hasMessageStartingWith(path + ": cannot be read as weights: ")
                .hasMessageContaining(reason)
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(900));
        assertThat(Path.of("/tmp/ditlab-a-pickle-was-executed")).doesNotExist();
    }

    @Test
    void billionLaughsAreHarmless() throws IOException {
        Pickle pickle = p().ops("}").text("laughs").ops(")");
        for (int i = 0; i < 60; i++) {
            pickle.ops("2").raw(0x86);
        }
        byte[] bytes = pickle.ops("s").text("w").tensor(6, 0, SIX, ONE).ops("s").stop();
        Path path = Files.write(folder.resolve("laughs.pt"), TorchFiles.withPickle(bytes, 6));

        Weights weights = WeightFile.open(path).weights(null);

        assertThat(weights.read().entries().get("w").values()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(weights.remarks()).containsExactly("passed over, being no tensors: laughs");
    }

    @Test
    void overlappingTensorsTakeNoMoreThanTheFile() throws IOException {
        Pickle pickle = p().ops("}");
        for (int i = 0; i < 100; i++) {
            pickle.text("w" + i).tensor(60_000, i, new long[] {50_000}, ONE).ops("s");
        }
        Path path = Files.write(folder.resolve("overlap.pt"), TorchFiles.withPickle(pickle.stop(), 60_000));
        Weights weights = WeightFile.open(path).weights(null);

        assertThatThrownBy(weights::read).isInstanceOf(StudyException.class).hasMessageContaining("overlap");
    }

    @Test
    void equalViewsShareTheirValues() throws IOException {
        Pickle pickle = p().ops("}");
        for (int i = 0; i < 100; i++) {
            pickle.text("w" + i).tensor(60_000, 0, new long[] {60_000}, ONE).ops("s");
        }
        Path path = Files.write(folder.resolve("tied.pt"), TorchFiles.withPickle(pickle.stop(), 60_000));

        var entries = WeightFile.open(path).weights(null).read().entries();

        assertThat(entries.get("w99").values()).isSameAs(entries.get("w0").values());
    }

    /** Every length within the pickles or the header; of the data behind it and of a zip, whose directory ends it, some. */
    @ParameterizedTest
    @CsvSource({"dtypes.pt, 0", "legacy_state_dict.pt, 3200", "mixed_dtypes.safetensors, 800"})
    void everyTruncationIsAnError(String name, int dense) throws IOException {
        byte[] bytes = Files.readAllBytes(Fixtures.folder("pt").resolve(name));
        for (int length = 0; length < bytes.length; length += length < dense ? 1 : 97) {
            assertThat(isRefused(Arrays.copyOf(bytes, length)))
                    .as("%d bytes", length)
                    .isTrue();
        }
    }

    @Test
    void everyTruncationOfAPickleIsAnError() throws IOException {
        Map<String, byte[]> members = TorchFiles.members(Fixtures.folder("pt").resolve("dtypes.pt"));
        byte[] pickle = members.get("dtypes/data.pkl");
        for (int length = 0; length < pickle.length; length++) {
            members.put("dtypes/data.pkl", Arrays.copyOf(pickle, length));
            assertThat(isRefused(TorchFiles.zip(members)))
                    .as("%d bytes", length)
                    .isTrue();
        }
    }

    private boolean isRefused(byte[] bytes) throws IOException {
        Path path = Files.write(folder.resolve("short"), bytes);
        try {
            WeightFile.open(path).weights(null).read();
            return false;
        } catch (StudyException clear) {
            return true;
        }
    }

    @Test
    void hostileZipsAreRefused() throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("a/data.pkl", p().ops("}").stop());
        refused(members, "no state dict");
        members.put("b/data.pkl", p().ops("}").stop());
        refused(members, "more than one data.pkl");
        members.remove("b/data.pkl");
        members.put("a/constants.pkl", p().ops("}").stop());
        refused(members, "no state dict");
        members.put(
                "a/data.pkl",
                p().ops("c__torch__\nNet\n)\u0081}")
                        .text("m")
                        .ops("cos\nsystem\n")
                        .stop());
        refused(members, "os.system");
        members.put(
                "a/data.pkl",
                p().ops("c__torch__\nNet\n)\u0081}")
                        .text("m")
                        .ops("c__torch__x\nNet\n")
                        .stop());
        refused(members, "__torch__x.Net");
        members.put(
                "a/data.pkl", p().ops("c__torch__\nNet\n").number(1).ops("R").stop());
        refused(members, "cannot be called");
        // A module that two modules share: read once per place, such a tree could be without end.
        members.put(
                "a/data.pkl",
                p().ops("c__torch__\nNet\n)\u0081}(")
                        .text("x")
                        .ops("c__torch__\nNet\n)\u0081q\1")
                        .text("y")
                        .ops("h\1ub")
                        .stop());
        refused(members, "two places");
        members.remove("a/constants.pkl");
        members.put("a/data.pkl", p().ops("c__torch__\nNet\n)\u0081").stop());
        refused(members, "a whole model object");
        members.put("a/data.pkl", p().ops("}").stop());
        members.put("a/byteorder", "middle".getBytes(StandardCharsets.US_ASCII));
        refused(members, "byte order");
        members.put("a/data.pkl", p().ops("}.more").stop());
        refused(members, "goes on after its pickle has ended");
    }

    private void refused(Map<String, byte[]> members, String reason) throws IOException {
        Path path = Files.write(folder.resolve("zip.pt"), TorchFiles.zip(members));
        assertThatThrownBy(() -> WeightFile.open(path).weights(null))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void compressedMembersAreRefused() throws IOException {
        Path bomb = folder.resolve("bomb.pt");
        Path small = folder.resolve("small.pt");
        compressed(bomb, new byte[10_000_000]);
        compressed(small, new byte[24]);

        assertThatThrownBy(() -> WeightFile.open(bomb))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("announce more bytes than the file");
        assertThatThrownBy(() -> WeightFile.open(small))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("is compressed");
    }

    private static void compressed(Path path, byte[] data) throws IOException {
        byte[] pickle = p().ops("}")
                .text("w")
                .tensor(data.length / 4, 0, ONE, ONE)
                .ops("s")
                .stop();
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(path))) {
            zip.putNextEntry(new ZipEntry("a/data.pkl"));
            zip.write(pickle);
            zip.putNextEntry(new ZipEntry("a/data/0"));
            zip.write(data);
        }
    }

    @Test
    void aPickleThatIsNoFileOfTorchIsNamed() throws IOException {
        Path path = Files.write(folder.resolve("x.pkl"), p().ops("}").stop());

        assertThatThrownBy(() -> WeightFile.open(path))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("not of torch.save");
    }

    @Test
    void keysThatWouldSpoilATerminalAreRefused() throws IOException {
        byte[] pickle =
                p().ops("}").text("w\u001b[2J").tensor(6, 0, SIX, ONE).ops("s").stop();
        Path path = Files.write(folder.resolve("x.pt"), TorchFiles.withPickle(pickle, 6));

        assertThatThrownBy(() -> WeightFile.open(path).weights(null))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("w?[2J is no name of a parameter");
    }
}
