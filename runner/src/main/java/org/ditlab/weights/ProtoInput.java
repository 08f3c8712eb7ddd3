package org.ditlab.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The fields of one protocol-buffers message, one after the other; a length is believed only as far as the message reaches.
 * Source: Protocol Buffers, Encoding.
 */
final class ProtoInput {
    private static final int VARINT = 0;
    private static final int EIGHT_BYTES = 1;
    private static final int BYTES = 2;
    private static final int FOUR_BYTES = 5;

    private final ByteBuffer data;
    private int field;
    private int wire;

    /** Reads a message that is all of a buffer; the buffer itself stays as it is. */
    ProtoInput(ByteBuffer message) {
        data = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Goes to the next field, which must be taken or skipped.
     *
     * @return its number; 0 at the message's end
     */
    int next() throws BadWeightsException {
        if (!data.hasRemaining()) {
            return 0;
        }
        long key = varint();
        wire = (int) key & 7;
        field = (int) (key >>> 3);
        if (field <= 0 || key >>> 32 != 0) {
            throw damaged("a field has the number " + (key >>> 3));
        }
        return field;
    }

    /** A whole number. */
    long number() throws BadWeightsException {
        expect(VARINT);
        return varint();
    }

    /** Whether the field is a run of bytes, as packed numbers are. */
    boolean isBytes() {
        return wire == BYTES;
    }

    /** Text, bytes, packed numbers or another message. */
    ByteBuffer bytes() throws BadWeightsException {
        expect(BYTES);
        long length = varint();
        if (length < 0 || length > data.remaining()) {
            throw damaged(Long.toUnsignedString(length) + " bytes are announced but " + data.remaining() + " follow");
        }
        ByteBuffer bytes = data.slice(data.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        data.position(data.position() + (int) length);
        return bytes;
    }

    String text() throws BadWeightsException {
        return StandardCharsets.UTF_8.decode(bytes()).toString();
    }

    ProtoInput message() throws BadWeightsException {
        return new ProtoInput(bytes());
    }

    float fourByteFloat() throws BadWeightsException {
        expect(FOUR_BYTES);
        require(4);
        return data.getFloat();
    }

    void skip() throws BadWeightsException {
        switch (wire) {
            case VARINT -> varint();
            case EIGHT_BYTES -> advance(8);
            case BYTES -> bytes();
            case FOUR_BYTES -> advance(4);
            default -> throw damaged("field " + field + " is of kind " + wire);
        }
    }

    private void advance(int bytes) throws BadWeightsException {
        require(bytes);
        data.position(data.position() + bytes);
    }

    private void expect(int kind) throws BadWeightsException {
        if (wire != kind) {
            throw damaged("field " + field + " is of kind " + wire + ", not " + kind);
        }
    }

    private void require(int bytes) throws BadWeightsException {
        if (data.remaining() < bytes) {
            throw damaged("it ends within a number");
        }
    }

    private long varint() throws BadWeightsException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            require(1);
            byte next = data.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw damaged("a number has more than ten bytes");
    }

    private BadWeightsException damaged(String problem) {
        return new BadWeightsException("its messages cannot be read, " + problem);
    }
}
