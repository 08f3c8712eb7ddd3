package org.ditlab.kernel;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the environment sets, under IJava's names.
 *
 * @param classPath {@code IJAVA_CLASSPATH}: jars and folders, separated as the platform does, {@code *} in the last part
 * @param compilerOptions {@code IJAVA_COMPILER_OPTS}: separated by spaces
 * @param limit {@code IJAVA_TIMEOUT}: milliseconds, or {@code 30 SECONDS}; null for none
 * @param scripts {@code IJAVA_STARTUP_SCRIPTS_PATH}: files that are run first
 * @param script {@code IJAVA_STARTUP_SCRIPT}: Java that is run after them
 */
public record KernelOptions(
        String classPath,
        List<String> compilerOptions,
        @Nullable Duration limit,
        String scripts,
        String script) {
    private static final Pattern TIME = Pattern.compile("(-?\\d{1,15})\\s*([A-Za-z]*)");

    /** From the environment. */
    public static KernelOptions of(Map<String, String> environment) {
        return new KernelOptions(
                environment.getOrDefault("IJAVA_CLASSPATH", ""),
                Stream.of(environment
                                .getOrDefault("IJAVA_COMPILER_OPTS", "")
                                .strip()
                                .split("\\s+"))
                        .filter(option -> !option.isEmpty())
                        .toList(),
                limit(environment.getOrDefault("IJAVA_TIMEOUT", "")),
                environment.getOrDefault("IJAVA_STARTUP_SCRIPTS_PATH", ""),
                environment.getOrDefault("IJAVA_STARTUP_SCRIPT", ""));
    }

    private static @Nullable Duration limit(String text) {
        Matcher time = TIME.matcher(text.strip());
        if (!time.matches()) {
            return null;
        }
        long amount = Long.parseLong(time.group(1));
        if (amount < 1) {
            return null;
        }
        try {
            TimeUnit unit = time.group(2).isEmpty()
                    ? TimeUnit.MILLISECONDS
                    : TimeUnit.valueOf(time.group(2).toUpperCase(Locale.ROOT));
            return Duration.ofMillis(unit.toMillis(amount));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
