package org.ditlab.run;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** How large a terminal is, in characters. */
public record TerminalSize(int rows, int columns) {
    /** What the launcher found standard error to be; empty where it is no terminal that can be drawn on. */
    public static Optional<TerminalSize> atStart() {
        Integer columns = Integer.getInteger("ditlab.columns");
        boolean dumb = "dumb".equals(System.getenv("TERM"));
        return columns == null || columns < 20 || dumb
                ? Optional.empty()
                : Optional.of(new TerminalSize(Integer.getInteger("ditlab.rows", 24), columns));
    }

    /** Asks the terminal of standard error, by {@code stty}: for a window that was made larger or smaller. */
    static Optional<TerminalSize> now() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/stderr"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String text = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            stty.waitFor(1, TimeUnit.SECONDS);
            String[] words = text.split(" ");
            int rows = Integer.parseInt(words[0]);
            int columns = Integer.parseInt(words[1]);
            return rows > 0 && columns > 0 ? Optional.of(new TerminalSize(rows, columns)) : Optional.empty();
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
