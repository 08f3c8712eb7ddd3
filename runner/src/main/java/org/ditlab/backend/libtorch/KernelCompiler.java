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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

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
    private static final int MOST_SECONDS = 120;
    private static final Duration REMEMBERED = Duration.ofDays(1);

    /** Why there is no library, in words for the user. */
    static final class Failure extends IOException {
        private static final long serialVersionUID = 1;

        Failure(String message) {
            super(message);
        }
    }

    /** The compilers that are usually there, or the one that the user names. */
    static List<String> usual() {
        String said = System.getenv().getOrDefault("CXX", "");
        return said.isBlank() ? List.of("c++", "g++") : List.of(said.strip());
    }

    /**
     * The library, compiled where it is not there yet.
     *
     * @throws Failure saying what is missing or went wrong
     */
    Path library() throws IOException {
        Path home = cache.resolve(key());
        Path library = home.resolve(LIBRARY);
        if (!Files.isRegularFile(library)) {
            Files.createDirectories(home);
            try (FileChannel channel = FileChannel.open(
                            home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (!Files.isRegularFile(library)) {
                    attempt(home, library);
                }
            }
        }
        trust(library);
        return library;
    }

    /** What would run as the user must be the user's own: the directory may lie where others can write. */
    private static void trust(Path library) throws IOException {
        Object owner = Files.getAttribute(library, "unix:uid");
        Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (!owner.equals(self) && !owner.equals(0)) {
            throw new Failure(library + " belongs to another user; delete it or set HOME to a directory of your own");
        }
    }

    /** A compiler that fails is asked again a day later, not by every process. */
    private void attempt(Path home, Path library) throws IOException {
        Path failed = home.resolve("failed");
        String before = Files.isRegularFile(failed) ? Files.readString(failed) : "";
        if (!before.isEmpty()
                && Files.getLastModifiedTime(failed)
                        .toInstant()
                        .isAfter(Instant.now().minus(REMEMBERED))) {
            throw new Failure(before);
        }
        try {
            make(home, library);
            Files.deleteIfExists(failed);
        } catch (Broken e) {
            String told = e.getMessage() + "; to try again at once, delete " + failed;
            Files.writeString(failed, told);
            throw new Failure(told);
        }
    }

    /** A compiler that is there and fails. */
    private static final class Broken extends IOException {
        private static final long serialVersionUID = 1;

        Broken(String message) {
            super(message);
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
                throw new Broken(command.get(0) + " ended with status " + status + " on the kernels"
                        + complaint(Files.readString(log, StandardCharsets.ISO_8859_1), work));
            }
            Files.move(made, library, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(work);
        }
    }

    /** The first error that a compiler names, or the first thing that it says, without the directory's name. */
    private static String complaint(String log, Path work) {
        List<String> lines = log.lines().filter(line -> !line.isBlank()).toList();
        return lines.stream()
                .filter(line -> line.contains("error"))
                .findFirst()
                .or(() -> lines.stream().findFirst())
                .map(line -> ": " + line.replace(work + "/", "").strip())
                .orElse("");
    }

    /** Writes the sources into a directory; the command that compiles them. */
    private List<String> command(Path work, Path made) throws IOException {
        List<String> command = new ArrayList<>();
        command.addAll(available());
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

    /** The first compiler that runs, in words. Clang is none: its OpenMP would be a second one beside libtorch's. */
    private List<String> available() throws IOException {
        for (String name : compilers) {
            List<String> words = List.of(name.split(" +"));
            List<String> asked = new ArrayList<>(words);
            asked.add("--version");
            Path said = Files.createTempFile("ditlab-compiler", ".txt");
            try {
                if (run(asked, said) == 0
                        && !Files.readString(said, StandardCharsets.ISO_8859_1).contains("clang")) {
                    return words;
                }
            } catch (Broken e) {
                throw e;
            } catch (IOException e) {
                continue; // not on the path: the next
            } finally {
                Files.delete(said);
            }
        }
        throw new Failure("no GNU C++ compiler runs (" + String.join(", ", compilers)
                + "); install one (Debian: apt install g++) or set CXX");
    }

    private static int run(List<String> command, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(log.toFile());
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                throw new Broken(command.get(0) + " took longer than " + MOST_SECONDS + " s on the kernels");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command.get(0) + " was interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
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
