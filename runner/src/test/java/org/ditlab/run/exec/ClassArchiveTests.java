package org.ditlab.run.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.ditlab.data.DataCache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTests {
    private static final String LIST = "-XX:DumpLoadedClassList=";

    @TempDir
    private Path directory;

    private static String library() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.contains("picocli") && entry.endsWith(".jar"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void librariesComeFirst() {
        assertThat(ClassArchive.ordered(directory + File.pathSeparator + library()))
                .isEqualTo(library() + File.pathSeparator + directory);
    }

    @Test
    void withoutACacheOrLibrariesThereIsNone() {
        try (ClassArchive uncached = new ClassArchive(DataCache.none(), library());
                ClassArchive empty = new ClassArchive(DataCache.at(directory), directory.toString())) {
            assertThat(uncached.options("a")).isEmpty();
            assertThat(empty.options("a")).isEmpty();
            uncached.ended("a", true);
            empty.ended("a", true);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void ourOwnJarsComeAfterTheLibraries() throws Exception {
        Path own = Files.createFile(directory.resolve("ditlab-runner-1.jar"));
        assertThat(ClassArchive.ordered(own + File.pathSeparator + library()))
                .isEqualTo(library() + File.pathSeparator + own);
        try (ClassArchive none = new ClassArchive(DataCache.at(directory), own.toString())) {
            assertThat(none.path()).isEmpty();
        }
    }

    @Test
    void aFolderWhoseNameSeparatesPathsHoldsNone() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("a" + File.pathSeparator + "b"));
        try (ClassArchive none = new ClassArchive(DataCache.at(folder), library())) {
            assertThat(none.options("a")).isEmpty();
        }
    }

    @Test
    void whereTheFirstWorkerFailsAnotherTells() {
        try (ClassArchive archive = new ClassArchive(DataCache.at(directory), library())) {
            assertThat(archive.options("a")).hasSize(1);
            archive.ended("a", false);
            assertThat(archive.options("b")).singleElement().asString().startsWith(LIST);
        }
    }

    @Test
    @Timeout(120)
    void whatTheFirstWorkerLoadedServesTheOthers() throws Exception {
        String classPath = directory + File.pathSeparator + library();
        try (ClassArchive archive = new ClassArchive(DataCache.at(directory), classPath)) {
            Path made = archive.path().orElseThrow();
            Path unused = Files.createDirectories(made.getParent()).resolve("0123456789abcdef.jsa");
            Files.createFile(unused);
            Files.setLastModifiedTime(unused, FileTime.from(Instant.now().minus(Duration.ofDays(31))));
            List<String> first = archive.options("a");
            assertThat(first).singleElement().asString().startsWith(LIST);
            assertThat(archive.options("b")).as("a list has one writer").isEmpty();
            Files.writeString(
                    Path.of(first.get(0).substring(LIST.length())), "java/lang/Object\npicocli/CommandLine$Range\n");
            archive.ended("b", true);
            while (!Files.exists(made)) {
                archive.ended("a", true);
            }
            assertThat(archive.options("c")).contains("-XX:SharedArchiveFile=" + made);
            assertThat(loaded(archive.options("c"), ClassArchive.ordered(classPath)))
                    .containsPattern("picocli.CommandLine\\$Range source: shared objects file");
        }
        assertThat(directory.resolve("classes").toFile().list()).hasSize(1);
    }

    /** What a JVM with some options says of the classes it loads. */
    private static String loaded(List<String> options, String classPath) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(WorkerCommand.jvm(), "-XX:+UseSerialGC", "-Xlog:class+load");
        builder.command().addAll(options);
        builder.command().addAll(List.of("-cp", classPath, "picocli.CommandLine$Range"));
        Process process = builder.redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes());
    }
}
