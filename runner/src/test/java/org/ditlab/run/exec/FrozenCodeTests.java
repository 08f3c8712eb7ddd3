package org.ditlab.run.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrozenCodeTests {
    @TempDir
    private Path directory;

    @Test
    void classesAndSnapshotsAreCopiedAndReleasesStay() throws IOException {
        Path classes = Files.createDirectories(directory.resolve("runner/target/classes"));
        file(classes.resolve("org/A.class"), "one");
        Path release = file(directory.resolve("repository/lib/1.2/lib-1.2-linux.jar"), "released");
        Path snapshot = file(directory.resolve("repository/lib/1-SNAPSHOT/lib-1-SNAPSHOT.jar"), "changing");
        String classPath = String.join(
                File.pathSeparator, classes.toString(), "missing.jar", release.toString(), snapshot.toString());

        FrozenCode code = FrozenCode.of(directory.resolve("study"), classPath);
        FrozenCode again = FrozenCode.of(directory.resolve("study"), classPath);
        Files.writeString(classes.resolve("org/A.class"), "two");
        FrozenCode rebuilt = FrozenCode.of(directory.resolve("study"), classPath);

        List<String> frozen =
                List.of(Files.readString(code.classPathFile()).strip().split(File.pathSeparator));
        assertThat(frozen)
                .containsExactly(
                        code.directory().resolve("00-runner-classes").toString(),
                        release.toString(),
                        code.directory().resolve("02-lib-1-SNAPSHOT.jar").toString());
        assertThat(Path.of(frozen.get(0), "org/A.class")).hasContent("one");
        assertThat(Path.of(frozen.get(2))).hasContent("changing");
        assertThat(again).isEqualTo(code);
        assertThat(rebuilt.directory()).isNotEqualTo(code.directory());
        assertThat(directory.resolve("study/.code")).isDirectoryNotContaining("glob:**.tmp");
    }

    private static Path file(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
