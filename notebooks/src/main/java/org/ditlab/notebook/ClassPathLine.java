package org.ditlab.notebook;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The house's class path in the forms that a kernel takes. */
final class ClassPathLine {
    private ClassPathLine() {}

    /** With absolute entries. */
    static String absolute(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath().normalize().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The line that makes the house known in a notebook of a user's own IJava. */
    static String magic(String classPath) {
        return "%classpath " + absolute(classPath).replace(File.pathSeparator, " ");
    }
}
