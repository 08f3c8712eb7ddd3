package org.ditlab.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ditlab.data.ElementType;
import org.ditlab.tensor.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that Python's pickle module wrote. */
class PickleMachineTests {
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5})
    void plainValuesOfEveryProtocol(int protocol) throws IOException {
        byte[] pickle = bytes(protocol);
        StorageTable storages = new StorageTable(1000);

        PickleDict root = (PickleDict) Objects.requireNonNull(
                PickleMachine.read(new PickleInput(new ByteArrayInputStream(pickle), pickle.length), storages));

        Storage storage = new Storage("0", ElementType.F32, 6);
        assertThat(storages.all()).isEqualTo(Map.of("0", storage));
        assertThat(root.entries().get("w")).isEqualTo(new StoredTensor(storage, 0, Shape.of(2, 3), List.of(3L, 1L)));
        List<?> plain = (List<?>) root.entries().get("plain");
        List<Object> simple = new ArrayList<>(plain.subList(0, 18));
        assertThat(simple)
                .containsExactly(
                        null,
                        true,
                        false,
                        0L,
                        255L,
                        65535L,
                        -1L,
                        1L << 31,
                        -(1L << 40),
                        1L << 62,
                        1.5,
                        "é",
                        "",
                        new PickleTuple(List.of()),
                        new PickleTuple(List.of(1L)),
                        new PickleTuple(List.of(1L, 2L)),
                        new PickleTuple(List.of(1L, 2L, 3L)),
                        new PickleTuple(List.of(1L, 2L, 3L, 4L)));
        assertDict(plain.get(18), PickleDict.Kind.DICT, Map.of());
        assertDict(plain.get(19), PickleDict.Kind.DICT, Map.of("a", 1L, 2L, "b"));
        assertDict(plain.get(20), PickleDict.Kind.ORDERED_DICT, Map.of("x", 1L));
        assertDict(plain.get(21), PickleDict.Kind.NAMESPACE, Map.of("lr", 0.1));
        // Protocol 2 has no bytes.
        assertThat(plain).hasSize(protocol == 2 ? 22 : 24);
        if (protocol > 2) {
            assertThat((byte[]) plain.get(22)).containsExactly('a', 'b');
            assertThat((byte[]) plain.get(23)).hasSize(300).containsOnly('x');
        }
    }

    private static byte[] bytes(int protocol) throws IOException {
        String name = "/pickles/protocol" + protocol + ".pkl";
        try (InputStream in = Objects.requireNonNull(PickleMachineTests.class.getResourceAsStream(name))) {
            return in.readAllBytes();
        }
    }

    private static void assertDict(Object value, PickleDict.Kind kind, Map<Object, Object> entries) {
        assertThat(value).isInstanceOfSatisfying(PickleDict.class, dict -> {
            assertThat(dict.kind()).isEqualTo(kind);
            assertThat(dict.entries()).isEqualTo(entries);
        });
    }
}
