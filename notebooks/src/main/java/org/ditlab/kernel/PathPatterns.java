package org.ditlab.kernel;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Paths as a person writes them: {@code lib/*.jar}, {@code ~/classes}. */
final class PathPatterns {
    private PathPatterns() {}

    /** The entries of a list as the platform separates them. */
    static List<Path> all(String list) {
        List<Path> paths = new ArrayList<>();
        for (String pattern : list.split(File.pathSeparator)) {
            if (!pattern.isBlank()) {
                paths.addAll(one(pattern.strip()));
            }
        }
        return paths;
    }

    /** What a pattern stands for; its last part may hold {@code *}. Without one, the path itself, be it there or not. */
    static List<Path> one(String pattern) {
        String home = pattern.equals("~") || pattern.startsWith("~/")
                ? System.getProperty("user.home") + pattern.substring(1)
                : pattern;
        int cut = home.lastIndexOf('/');
        String last = home.substring(cut + 1);
        if (!last.contains("*")) {
            return List.of(Path.of(home));
        }
        Path folder = Path.of(cut < 0 ? "." : cut == 0 ? "/" : home.substring(0, cut));
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, last)) {
                entries.forEach(found::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        Collections.sort(found);
        return found;
    }
}
