package org.ditlab.run.watch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The page: one file with its style and script in it, and the policy that lets a browser run nothing else. */
final class WatchPage {
    private final byte[] html;
    private final String policy;

    WatchPage() {
        String style = resource("watch.css");
        String script = resource("watch.js");
        this.html = resource("watch.html")
                .replace("/*style*/", style)
                .replace("/*script*/", script)
                .getBytes(StandardCharsets.UTF_8);
        this.policy = "default-src 'none'; connect-src 'self'; img-src 'self' data:; style-src '" + hash(style)
                + "'; script-src '" + hash(script) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    byte[] html() {
        return html.clone();
    }

    /** Its Content-Security-Policy. */
    String policy() {
        return policy;
    }

    private static String resource(String name) {
        try (InputStream in = WatchPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing in this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
