package org.ditlab.store;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ditlab.study.StudyException;

/**
 * How {@code run} was called. The same call runs again only what has no result: it is the remedy for what failed.
 *
 * @param arguments the verb first
 * @param directory the working directory, which relative names in the arguments mean
 */
public record RunCommand(List<String> arguments, Path directory) {
    /** What stands before the command where something failed. */
    public static final String AGAIN = "to run again only what failed: ";
    /** The same where the input is at fault, so that the command alone is no cure. */
    public static final String AGAIN_ONCE_MENDED = "once that is mended, " + AGAIN;

    static final String FILE = "run.json";

    /** The command for a shell in this process's working directory. */
    public String line() {
        String command = "ditlab " + arguments.stream().map(RunCommand::quoted).collect(Collectors.joining(" "));
        return directory.equals(Path.of("").toAbsolutePath())
                ? command
                : "cd " + quoted(directory.toString()) + " && " + command;
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("arguments", arguments);
        json.put("directory", directory.toString());
        return json;
    }

    static Optional<RunCommand> read(Path file) {
        try {
            Map<String, Object> json = JsonFile.read(file);
            if (!(json.get("arguments") instanceof List<?> list) || list.isEmpty()) {
                return Optional.empty();
            }
            List<String> arguments = new ArrayList<>();
            list.forEach(argument -> arguments.add(String.valueOf(argument)));
            return Optional.of(new RunCommand(List.copyOf(arguments), Path.of(String.valueOf(json.get("directory")))));
        } catch (IOException | StudyException | InvalidPathException absent) {
            return Optional.empty();
        }
    }

    /** As one word of shell. */
    public static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
