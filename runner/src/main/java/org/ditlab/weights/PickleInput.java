package org.ditlab.weights;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle; a length is believed only as far as bytes are left. */
final class PickleInput {
    private static final int LONGEST_LINE = 256;
    private static final int LONGEST_NUMBER = 255;

    private final InputStream in;
    private final long length;
    private long position;

    /**
     * Reads from a stream's present place.
     *
     * @param length bytes that the stream has
     */
    PickleInput(InputStream in, long length) {
        this.in = in;
        this.length = length;
    }

    /** Bytes read so far. */
    long position() {
        return position;
    }

    int unsigned8() throws IOException {
        int value = in.read();
        if (value < 0) {
            throw ended();
        }
        position++;
        return value;
    }

    int unsigned16() throws IOException {
        return (int) littleEndian(2);
    }

    int signed32() throws IOException {
        return (int) littleEndian(4);
    }

    long unsigned32() throws IOException {
        return littleEndian(4);
    }

    /** Negative where the unsigned value needs 64 bits. */
    long signed64() throws IOException {
        return littleEndian(8);
    }

    double bigEndianDouble() throws IOException {
        return Double.longBitsToDouble(Long.reverseBytes(littleEndian(8)));
    }

    private long littleEndian(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) unsigned8() << 8 * i;
        }
        return value;
    }

    byte[] bytes(long count) throws IOException {
        if (count < 0 || count > length - position || count > Integer.MAX_VALUE - 8) {
            throw new BadWeightsException("at byte " + position + " of the pickle " + Long.toUnsignedString(count)
                    + " bytes are announced but " + (length - position) + " follow");
        }
        byte[] bytes = in.readNBytes((int) count);
        position += bytes.length;
        if (bytes.length < count) {
            throw ended();
        }
        return bytes;
    }

    String text(long bytes) throws IOException {
        return new String(bytes(bytes), StandardCharsets.UTF_8);
    }

    /** Text up to the end of the line. */
    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = unsigned8(); next != '\n'; next = unsigned8()) {
            if (line.length() == LONGEST_LINE) {
                throw new BadWeightsException("the name that ends at byte " + position + " of the pickle is too long");
            }
            line.append((char) next);
        }
        return line.toString();
    }

    /** A whole number of any length: a Long where it fits, else a BigInteger. */
    Object wholeNumber(long bytes) throws IOException {
        if (bytes < 0 || bytes > LONGEST_NUMBER) {
            throw new BadWeightsException("a whole number of " + bytes + " bytes stands at byte " + position);
        }
        byte[] little = bytes(bytes);
        byte[] big = new byte[little.length + 1];
        for (int i = 0; i < little.length; i++) {
            big[big.length - 1 - i] = little[i];
        }
        big[0] = (byte) (little.length > 0 && little[little.length - 1] < 0 ? -1 : 0);
        BigInteger number = new BigInteger(big);
        return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    }

    private BadWeightsException ended() {
        return new BadWeightsException("the pickle ends early, after " + position + " bytes");
    }
}
