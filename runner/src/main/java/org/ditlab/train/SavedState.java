package org.ditlab.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file that holds all that training carries from step to step, {@code checkpoint-000001000.safetensors}. Never changed once
 * it has its name.
 *
 * @param step steps that are done
 */
public record SavedState(Path file, long step) {
    private static final Pattern NAME = Pattern.compile("checkpoint-([0-9]{9,18})\\.safetensors");

    /** The name of the state after so many steps. */
    static String name(long step) {
        return "checkpoint-%09d.safetensors".formatted(step);
    }

    /** Those of a directory by their names, the furthest first; whether they are whole is seen when they are read. */
    public static List<SavedState> in(Path directory) throws IOException {
        List<SavedState> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    found.add(new SavedState(file, Long.parseLong(name.group(1))));
                }
            }
        }
        found.sort(Comparator.comparingLong(SavedState::step).reversed());
        return found;
    }

    /**
     * Puts the state into another training's directory: a second name of the same file where the file system has such, else a
     * copy.
     */
    public SavedState copyTo(Path directory) throws IOException {
        Path target = directory.resolve(name(step));
        Files.deleteIfExists(target);
        try {
            Files.createLink(target, file);
        } catch (UnsupportedOperationException | IOException e) {
            Path partial = target.resolveSibling(target.getFileName() + ".partial");
            Files.copy(file, partial, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            Files.move(partial, target, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        }
        return new SavedState(target, step);
    }
}
