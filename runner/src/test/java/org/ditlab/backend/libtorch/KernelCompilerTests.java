package org.ditlab.backend.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class KernelCompilerTests {
    @TempDir
    private Path cache;

    private static List<Path> files(Path below) throws IOException {
        try (Stream<Path> all = Files.walk(below)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void itsSourcesAreThoseOfTheFolder() throws Exception {
        URI common = KernelCompiler.class.getResource("cpp/common.h").toURI();
        assertThat(files(Path.of(common).getParent()))
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrderElementsOf(KernelCompiler.SOURCES);
    }

    @Test
    void aLibraryIsMadeOnceAndFoundWithoutACompiler() throws Exception {
        assumeTrue(CompiledKernels.serve(), CompiledKernels.build());
        Path made = new KernelCompiler(cache, KernelCompiler.usual()).library();

        assertThat(made).isRegularFile();
        assertThat(new KernelCompiler(cache, List.of("no-such-compiler")).library())
                .isEqualTo(made);
        assertThat(files(cache))
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrder(
                        "compiler", "lock", made.getFileName().toString());
    }

    @Test
    void whatIsToldBeforeIsWhatStandsThereAfterwards() throws Exception {
        KernelCompiler compiler = pretending("kernels");
        String before = compiler.told();
        Path made = compiler.library();

        assertThat(compiler.told()).isEqualTo(before).isEqualTo(made.getParent().getFileName() + " by kernels");
        assertThat(compiler.refuse("it does not load")).hasMessageContainingAll("it does not load", "delete");
        assertThatThrownBy(compiler::library).hasMessageContaining("it does not load");
        assertThatThrownBy(compiler::told).hasMessageContaining("it does not load");
        String other = compiler.compilers().get(0) + " -pipe";
        assertThat(new KernelCompiler(compiler.cache(), List.of(other)).library())
                .isEqualTo(made);
    }

    @Test
    void aMissingCompilerIsNamedWithItsRemedy() {
        assertThatThrownBy(() -> new KernelCompiler(cache, List.of("no-such-compiler", "nor-this")).library())
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("no GNU C++ compiler", "no-such-compiler, nor-this", "apt install g++", "CXX");
    }

    @Test
    void aCompilerThatFailsIsToldAndNotAskedAgainAtOnce() throws Exception {
        Path failing = Files.writeString(cache.resolve("failing"), """
                #!/bin/sh
                [ "$1" = --version ] && exit 0
                echo "In file included from kernels.cpp:1"
                echo "common.h:1: error: no such processor"
                exit 3
                """);
        assertThat(failing.toFile().setExecutable(true)).isTrue();

        KernelCompiler compiler = new KernelCompiler(cache.resolve("made"), List.of(failing.toString()));
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(compiler::library)
                    .isInstanceOf(KernelCompiler.Failure.class)
                    .hasMessageContainingAll("status 3", "common.h:1: error: no such processor", "delete ")
                    .hasMessageNotContaining("making");
            Files.writeString(failing, "#!/bin/sh\nexit 0\n");
        }
        assertThat(files(cache.resolve("made")))
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrder("failed", "lock");
    }

    /** A compiler that writes its own version as the library. */
    private KernelCompiler pretending(String version) throws IOException {
        Path script = Files.writeString(cache.resolve("pretending"), """
                #!/bin/sh
                case "$*" in *--version) echo %1$s; exit 0 ;; esac
                while [ "$1" != -o ]; do shift; done
                echo %1$s > "$2"
                """.formatted(version));
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return new KernelCompiler(cache.resolve("made"), List.of(script.toString()));
    }

    @Test
    void aDamagedLibraryIsMadeAnew() throws Exception {
        Path library = pretending("first").library();
        assertThat(library).hasContent("first");

        Files.createDirectory(library.resolveSibling("making-of-a-killed-process"));
        Files.writeString(library, "fir");
        assertThat(pretending("second").library()).isEqualTo(library).hasContent("second");
        assertThat(pretending("third").told()).endsWith(" by second");
        assertThat(library.resolveSibling("making-of-a-killed-process")).doesNotExist();
    }

    @Test
    void aCompilerThatWasStoppedIsAskedAgain() throws Exception {
        KernelCompiler compiler = pretending("kernels");
        String works = Files.readString(cache.resolve("pretending"));
        Files.writeString(cache.resolve("pretending"), "#!/bin/sh\n[ \"$1\" = --version ] && exit 0\nexit 130\n");
        assertThatThrownBy(compiler::library).hasMessageContaining("status 130");

        Files.writeString(cache.resolve("pretending"), works);
        assertThat(compiler.library()).hasContent("kernels");
    }

    @Test
    void clangIsNotTaken() throws Exception {
        Path clang = Files.writeString(cache.resolve("cxx"), "#!/bin/sh\necho clang version 19\n");
        assertThat(clang.toFile().setExecutable(true)).isTrue();

        assertThatThrownBy(() -> new KernelCompiler(cache, List.of(clang + " -pipe")).library())
                .hasMessageContainingAll("no GNU C++ compiler", "cxx -pipe");
    }
}
