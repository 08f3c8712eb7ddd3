package org.ditlab.backend.libtorch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a library of the kernels' sources for the processor it runs on, once: later calls and other processes find it, those
 * that come while it is made wait for it.
 *
 * @param cache where libraries are kept, one directory for each set of sources, flags and processor
 * @param compilers commands to try, the first that runs is taken
 */
record KernelCompiler(Path cache, List<String> compilers) {
    static final List<String> SOURCES = List.of(
            "activation.cpp",
            "amx.h",
            "attention.cpp",
            "attention.h",
            "common.h",
            "depthwise.cpp",
            "kernels.cpp",
            "linear.cpp",
            "norm.cpp",
            "optimizer.cpp");

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
    private static final String LIBRARY = "libditlab-kernels.so";
    private static final int MOST_SECONDS = 300;

    /** The compilers that are usually there, or the one that the user names. */
    static List<String> usual() {
        String said = System.getenv().getOrDefault("CXX", "");
        return said.isBlank() ? List.of("c++", "g++", "clang++") : List.of(said);
    }

    /**
     * The library, compiled where it is not there yet.
     *
     * @throws IOException saying what is missing or failed
     */
    Path library() throws IOException {
        Path home = cache.resolve(key());
        Path library = home.resolve(LIBRARY);
        if (Files.isRegularFile(library)) {
            return library;
        }
        Files.createDirectories(home);
        try (FileChannel channel =
                        FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (!Files.isRegularFile(library)) {
                make(home, library);
            }
            return library;
        }
    }

    private void make(Path home, Path library) throws IOException {
        Path work = Files.createTempDirectory(home, "making");
        try {
            Path made = work.resolve(LIBRARY);
            List<String> command = command(work, made);
            Path log = work.resolve("log");
            int status = run(command, log);
            if (status != 0) {
                String said = Files.readString(log, StandardCharsets.ISO_8859_1).strip();
                throw new IOException(command.get(0) + " ended with status " + status + " on the kernels: "
                        + said.lines().findFirst().orElse("no message"));
            }
            Files.move(made, library, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(work);
        }
    }

    /** Writes the sources into a directory; the command that compiles them. */
    private List<String> command(Path work, Path made) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(available());
        command.addAll(FLAGS);
        command.addAll(List.of("-o", made.toString()));
        for (String source : SOURCES) {
            Path copy = work.resolve(source);
            Files.write(copy, read(source));
            if (source.endsWith(".cpp")) {
                command.add(copy.toString());
            }
        }
        return command;
    }

    private String available() throws IOException {
        for (String name : compilers) {
            try {
                if (run(List.of(name, "--version"), null) == 0) {
                    return name;
                }
            } catch (IOException e) {
                continue; // not on the path: the next
            }
        }
        throw new IOException("no C++ compiler runs (" + String.join(", ", compilers)
                + "); install one (Debian: apt install g++) or set CXX");
    }

    private static int run(List<String> command, @Nullable Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(
                log == null ? ProcessBuilder.Redirect.DISCARD : ProcessBuilder.Redirect.to(log.toFile()));
        Process process = builder.start();
        try {
            process.getOutputStream().close();
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
        try (InputStream in = KernelCompiler.class.getResourceAsStream("cpp/" + source)) {
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
