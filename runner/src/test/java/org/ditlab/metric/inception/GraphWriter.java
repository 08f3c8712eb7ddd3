package org.ditlab.metric.inception;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes float32 constants as a frozen graph. */
final class GraphWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A node Const with raw content. */
    GraphWriter constant(String name, int[] shape, float[] values) {
        ByteArrayOutputStream extents = new ByteArrayOutputStream();
        for (int extent : shape) {
            ByteArrayOutputStream axis = new ByteArrayOutputStream();
            number(axis, 1, extent);
            bytes(extents, 2, axis.toByteArray());
        }
        ByteBuffer content = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        content.asFloatBuffer().put(values);
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        number(tensor, 1, 1);
        bytes(tensor, 2, extents.toByteArray());
        bytes(tensor, 4, content.array());
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        bytes(value, 8, tensor.toByteArray());
        ByteArrayOutputStream attribute = new ByteArrayOutputStream();
        bytes(attribute, 1, "value".getBytes(StandardCharsets.UTF_8));
        bytes(attribute, 2, value.toByteArray());
        ByteArrayOutputStream node = new ByteArrayOutputStream();
        bytes(node, 1, name.getBytes(StandardCharsets.UTF_8));
        bytes(node, 2, "Const".getBytes(StandardCharsets.UTF_8));
        bytes(node, 5, attribute.toByteArray());
        bytes(out, 1, node.toByteArray());
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int field, long value) {
        varint(out, (long) field << 3);
        varint(out, value);
    }

    private static void bytes(ByteArrayOutputStream out, int field, byte[] bytes) {
        varint(out, (long) field << 3 | 2);
        varint(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest >>> 7 != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
