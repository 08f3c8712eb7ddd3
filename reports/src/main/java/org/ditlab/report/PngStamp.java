package org.ditlab.report;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
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
    /** The chunk IEND: no data, its type, its checksum. */
    private static final byte[] END = HexFormat.of().parseHex("0000000049454e44ae426082");

    /** To be raised when the pictures of one SVG are painted in another way: what was written before is stale then. */
    private static final int PAINTER = 2;

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

    /** Whether two pictures are whole and carry the same stamp. */
    static boolean same(byte[] one, byte[] other) {
        int length = chunk("").length;
        return whole(one)
                && whole(other)
                && one.length > AFTER_HEADER + length
                && other.length > AFTER_HEADER + length
                && ByteBuffer.wrap(one, AFTER_HEADER, length).equals(ByteBuffer.wrap(other, AFTER_HEADER, length))
                && ByteBuffer.wrap(one, AFTER_HEADER + 4, 4).equals(ByteBuffer.wrap(TYPE));
    }

    /** Whether a file ends as a PNG does: a cut one carries its stamp too. */
    private static boolean whole(byte[] file) {
        return file.length >= END.length
                && Arrays.equals(file, file.length - END.length, file.length, END, 0, END.length);
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

    /** SHA-256 of a chart's text and of the version of what paints it, in hexadecimal digits. */
    static String digest(String source) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest((PAINTER + "\n" + source).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
