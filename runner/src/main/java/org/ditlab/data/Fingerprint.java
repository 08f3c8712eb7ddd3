package org.ditlab.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 over a sequence of values, each with its length, so that no two sequences run into each other. */
public final class Fingerprint {
    private final MessageDigest digest = sha256();

    public Fingerprint add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    public Fingerprint add(long number) {
        digest.update(ByteBuffer.allocate(8).putLong(number).flip());
        return this;
    }

    public Fingerprint add(byte[] bytes) {
        add((long) bytes.length);
        digest.update(bytes);
        return this;
    }

    /** 64 hex digits; the sequence starts anew. */
    public String hex() {
        return hex(digest.digest());
    }

    /** SHA-256 of bytes alone. */
    static byte[] of(byte[] bytes) {
        return sha256().digest(bytes);
    }

    private static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            text.append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
        }
        return text.toString();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
