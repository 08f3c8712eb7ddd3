package org.ditlab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** House rules that are read off the source files. */
class SourceTreeTests {
    private static final Path ROOT = Path.of(System.getProperty("ditlab.root", ".."));
    private static final List<String> MODULES = List.of("experiments", "runner", "reports", "notebooks");
    private static final int LONGEST_FILE = 500;
    private static final Pattern WILDCARD = Pattern.compile("^import .*\\*;", Pattern.MULTILINE);
    private static final Pattern NULL_MARKED = Pattern.compile("^@NullMarked\\s+package ", Pattern.MULTILINE);

    private static List<Path> sources(String kind) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : MODULES) {
            Path folder = ROOT.resolve(module).resolve(kind);
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.walk(folder)) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
                }
            }
        }
        return sources;
    }

    @Test
    void everyPackageSaysWhatLivesThere() throws IOException {
        List<Path> main = sources("src/main/java");
        Set<Path> packages = new TreeSet<>(main.stream().map(Path::getParent).toList());

        assertThat(packages).hasSizeGreaterThan(10).allSatisfy(folder -> {
            Path door = folder.resolve("package-info.java");
            assertThat(door).exists();
            assertThat(Files.readString(door)).startsWith("/**").containsPattern(NULL_MARKED);
        });
    }

    @Test
    void noFileIsTooLong() throws IOException {
        assertThat(Stream.concat(sources("src/main/java").stream(), sources("src/test/java").stream()))
                .allSatisfy(file -> assertThat(Files.readAllLines(file).size()).isLessThanOrEqualTo(LONGEST_FILE));
    }

    @Test
    void importsNameWhatTheyImport() throws IOException {
        assertThat(Stream.concat(sources("src/main/java").stream(), sources("src/test/java").stream()))
                .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContainPattern(WILDCARD));
    }
}
