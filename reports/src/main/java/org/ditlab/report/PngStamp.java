package org.ditlab.report;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * A text chunk in a PNG that names what it was drawn from. A picture's bytes depend on the machine's fonts; whether it is
 * stale must not. Source: PNG specification, section 11.3.3.3 (tEXt).
 */
final class PngStamp {
    /** Signature, then the header chunk of 13 bytes with its length, type and checksum. */
    private static final int AFTER_HEADER = 8 + 4 + 4 + 13 + 4;

    private static final byte[] TYPE = "tEXt".getBytes(StandardCharsets.US_ASCII);
    private static final String KEY = "ditlab-source\0";

    private PngStamp() {}

    /** The picture with a stamp of its source, which is the text of the same chart as SVG. */
    static byte[] stamp(byte[] png, String source) {
        byte[] chunk = chunk(source);
        return ByteBuffer.allocate(png.length + chunk.length)
                .put(png, 0, AFTER_HEADER)
                .put(chunk)
                .put(png, AFTER_HEADER, png.length - AFTER_HEADER)
                .array();
    }

    /** Whether two pictures carry the same stamp. */
    static boolean same(byte[] one, byte[] other) {
        int length = chunk("").length;
        return one.length > AFTER_HEADER + length
                && other.length > AFTER_HEADER + length
                && ByteBuffer.wrap(one, AFTER_HEADER, length).equals(ByteBuffer.wrap(other, AFTER_HEADER, length))
                && ByteBuffer.wrap(one, AFTER_HEADER + 4, 4).equals(ByteBuffer.wrap(TYPE));
    }

    private static byte[] chunk(String source) {
        byte[] text = (KEY + digest(source)).getBytes(StandardCharsets.US_ASCII);
        CRC32 checksum = new CRC32();
        checksum.update(TYPE);
        checksum.update(text);
        return ByteBuffer.allocate(text.length + 12)
                .putInt(text.length)
                .put(TYPE)
                .put(text)
                .putInt((int) checksum.getValue())
                .array();
    }

    /** SHA-256 of a text, in hexadecimal digits. */
    static String digest(String source) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(source.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
