package org.ditlab.backend.libtorch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Kernels of our own in C++ (runner/src/main/cpp), compiled once on a machine for its processor by its C++ compiler and kept
 * beside the libraries that the presets unpack. Where there is no compiler, the processor lacks AVX-512 or
 * {@code DITLAB_KERNELS=none} is set, oneDNN's primitives compute the same by more passes over memory; results then differ by rounding.
 */
final class CompiledKernels {
    private static final List<String> SOURCES =
            List.of("amx.h", "attention.cpp", "attention.h", "common.h", "kernels.cpp");
    private static final List<String> FLAGS = List.of(
            "-std=c++17",
            "-O3",
            "-march=native",
            "-fno-math-errno",
            "-fno-exceptions",
            "-fno-rtti",
            "-fvisibility=hidden",
            "-fPIC",
            "-shared",
            "-fopenmp");
    private static final List<String> COMPILERS = List.of("c++", "g++", "clang++");
    private static final int MOST_SECONDS = 300;

    private CompiledKernels() {}

    /**
     * What came of it.
     *
     * @param loaded whether kernels are there to call
     * @param tiles whether those that need AMX are
     * @param told in words: how they were made, or why there are none
     */
    private record Outcome(boolean loaded, boolean tiles, String told) {}

    private static final class Once {
        static final Outcome OUTCOME = load();
    }

    /** Whether the kernels can be called here; the first call in a process may compile them, for some seconds. */
    static boolean serve() {
        return Once.OUTCOME.loaded();
    }

    /** Whether those on AMX's tiles can be called too. */
    static boolean tilesServe() {
        return Once.OUTCOME.tiles();
    }

    /** For provenance: what they were compiled by, or why there are none. */
    static String build() {
        return Once.OUTCOME.told();
    }

    private static native boolean tiles();

    private static native long compiler();

    /** Text that ends with a zero byte. */
    private static final class Text extends BytePointer {
        Text(long at) {
            super((Pointer) null);
            address = at;
        }
    }

    private static Outcome load() {
        if ("none".equals(setting())) {
            return none("switched off");
        }
        if (!OneDnn.serves()) {
            return none("the processor has no AVX-512");
        }
        if (!System.getProperty("os.name").equals("Linux")) {
            return none("made on Linux only");
        }
        try {
            Path library = library();
            System.load(library.toString());
            boolean tiles = tiles();
            return new Outcome(
                    true,
                    tiles,
                    "kernels compiled by " + new Text(compiler()).getString() + (tiles ? " with AMX" : ""));
        } catch (IOException e) {
            return none(e.getMessage());
        } catch (UnsatisfiedLinkError e) {
            return none("the compiled library cannot be loaded: " + e.getMessage());
        }
    }

    private static Outcome none(String why) {
        return new Outcome(false, false, "no kernels compiled: " + why);
    }

    private static String setting() {
        String said = System.getProperty("ditlab.kernels");
        return said == null ? System.getenv().getOrDefault("DITLAB_KERNELS", "") : said;
    }

    /** The library for this processor, compiled where it is not there yet. */
    private static Path library() throws IOException {
        Path home = Loader.getCacheDir().toPath().resolve("org.ditlab.kernels").resolve(key());
        Path library = home.resolve("libditlab-kernels.so");
        if (Files.isRegularFile(library)) {
            return library;
        }
        Files.createDirectories(home);
        Path work = Files.createTempDirectory(home, "making");
        try {
            Path made = compile(work);
            Files.move(made, library, StandardCopyOption.ATOMIC_MOVE);
            return library;
        } finally {
            delete(work);
        }
    }

    private static Path compile(Path work) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(available());
        command.addAll(FLAGS);
        Path made = work.resolve("made.so");
        command.addAll(List.of("-o", made.toString()));
        for (String source : SOURCES) {
            Path copy = work.resolve(source);
            Files.write(copy, read(source));
            if (source.endsWith(".cpp")) {
                command.add(copy.toString());
            }
        }
        Path log = work.resolve("log");
        int status = run(command, log);
        if (status != 0) {
            String said = Files.readString(log, StandardCharsets.UTF_8).strip();
            throw new IOException(String.join(" ", command) + " ended with status " + status + ": "
                    + said.lines().findFirst().orElse("no message"));
        }
        return made;
    }

    /** A C++ compiler's name: {@code $CXX}, or the first of the usual ones that runs. */
    private static String available() throws IOException {
        String said = System.getenv().getOrDefault("CXX", "");
        List<String> names = said.isBlank() ? COMPILERS : List.of(said);
        for (String name : names) {
            try {
                if (run(List.of(name, "--version"), null) == 0) {
                    return name;
                }
            } catch (IOException e) {
                continue; // not on the path: the next
            }
        }
        throw new IOException(
                "no C++ compiler (" + String.join(", ", names) + "); install one (Debian: g++) or set CXX");
    }

    private static int run(List<String> command, @Nullable Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.redirectOutput(
                log == null ? ProcessBuilder.Redirect.DISCARD : ProcessBuilder.Redirect.to(log.toFile()));
        Process process = builder.start();
        try {
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(command.get(0) + " took longer than " + MOST_SECONDS + " s");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command.get(0) + " was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Tells sources, flags and processors apart. */
    private static String key() throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String source : SOURCES) {
                digest.update(read(source));
            }
            digest.update(String.join(" ", FLAGS).getBytes(StandardCharsets.UTF_8));
            digest.update(processor().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The model and abilities of the first processor. */
    private static String processor() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1)) {
            return String.join(
                    "\n",
                    lines.takeWhile(line -> !line.isBlank())
                            .filter(line -> line.startsWith("model name") || line.startsWith("flags"))
                            .toList());
        }
    }

    private static byte[] read(String source) throws IOException {
        try (InputStream in = CompiledKernels.class.getResourceAsStream("cpp/" + source)) {
            if (in == null) {
                throw new IOException("the kernels' source " + source + " is not on the class path");
            }
            return in.readAllBytes();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
