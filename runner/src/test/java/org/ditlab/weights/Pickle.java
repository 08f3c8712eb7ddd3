package org.ditlab.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes a pickle opcode by opcode, also one that Python would never write. */
final class Pickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** With the head of protocol 2. */
    Pickle() {
        raw(0x80, 2);
    }

    Pickle raw(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    /** Opcodes without arguments, as their characters. */
    Pickle ops(String opcodes) {
        out.writeBytes(opcodes.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    Pickle text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return ops("X").little(4, bytes.length).bytes(bytes);
    }

    Pickle bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** The lowest bytes of a number, little-endian. */
    Pickle little(int count, long value) {
        byte[] all = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
        out.write(all, 0, count);
        return this;
    }

    Pickle number(long value) {
        return raw(0x8a, 8).little(8, value);
    }

    Pickle numbers(long... values) {
        ops("(");
        for (long value : values) {
            number(value);
        }
        return ops("t");
    }

    Pickle global(String module, String name) {
        return ops("c" + module + "\n" + name + "\n");
    }

    Pickle storage(String type, String key, long elements) {
        return ops("(").text("storage")
                .global("torch", type)
                .text(key)
                .text("cpu")
                .number(elements)
                .ops("tQ");
    }

    /** A tensor of float32 storage 0. */
    Pickle tensor(long elements, long offset, long[] size, long[] strides) {
        return global("torch._utils", "_rebuild_tensor_v2")
                .ops("(")
                .storage("FloatStorage", "0", elements)
                .number(offset)
                .numbers(size)
                .numbers(strides)
                .raw(0x89)
                .global("collections", "OrderedDict")
                .ops(")RtR");
    }

    byte[] stop() {
        return ops(".").out.toByteArray();
    }
}
