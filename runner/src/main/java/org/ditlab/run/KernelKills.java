package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How many processes the kernel has killed for want of memory, of the machine or of a control group. */
final class KernelKills {
    private static final Path COUNTS = Path.of("/proc/vmstat");
    private static final String LINE = "oom_kill ";

    private KernelKills() {}

    /** Since the machine started; empty where the kernel does not tell. */
    static OptionalLong count() {
        return count(COUNTS);
    }

    static OptionalLong count(Path counts) {
        try {
            for (String line : Files.readAllLines(counts)) {
                if (line.startsWith(LINE)) {
                    return OptionalLong.of(
                            Long.parseLong(line.substring(LINE.length()).strip()));
                }
            }
        } catch (IOException | NumberFormatException unknown) {
            return OptionalLong.empty();
        }
        return OptionalLong.empty();
    }

    /** Whether there may have been one between two counts: there was, or nobody can tell. */
    static boolean between(OptionalLong before, OptionalLong after) {
        return before.isEmpty() || after.isEmpty() || after.getAsLong() > before.getAsLong();
    }
}
