package org.ditlab.backend.libtorch;

import java.io.ByteArrayOutputStream;
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
    private static final String COMPILER = "compiler";
    private static final String FAILED = "failed";
    private static final String MAKING = "making";
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
        if (!whole(home)) {
            Files.createDirectories(home);
            try (FileChannel channel = FileChannel.open(
                            home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (!whole(home)) {
                    attempt(home, library);
                }
            }
        }
        trust(library);
        return library;
    }

    /**
     * Which library {@link #library} would give and what compiles it, without making it.
     *
     * @throws Failure saying why there would be none
     */
    String told() throws IOException {
        Path home = cache.resolve(key());
        String compiler;
        if (whole(home)) {
            compiler = Files.readAllLines(home.resolve(COMPILER)).get(0);
        } else {
            refused(home);
            compiler = available().version();
        }
        return home.getFileName() + " by " + compiler;
    }

    /** Whether the library is there as it was made: one that was cut would end the process. */
    private static boolean whole(Path home) throws IOException {
        Path library = home.resolve(LIBRARY);
        Path by = home.resolve(COMPILER);
        if (!Files.isRegularFile(library) || !Files.isRegularFile(by)) {
            return false;
        }
        List<String> lines = Files.readAllLines(by);
        return lines.size() == 2 && lines.get(1).equals(sum(Files.readAllBytes(library)));
    }

    /** Forgets the library: the next call makes it anew. */
    void remove() throws IOException {
        Files.deleteIfExists(cache.resolve(key()).resolve(LIBRARY));
    }

    /** Does without a library for a day, and says why. */
    Failure refuse(String why) throws IOException {
        Path home = cache.resolve(key());
        Path failed = home.resolve(FAILED);
        String told = why + "; to try again at once, delete " + failed;
        Files.deleteIfExists(home.resolve(LIBRARY));
        Files.writeString(failed, asked() + "\n" + told);
        return new Failure(told);
    }

    private String asked() {
        return String.join(", ", compilers);
    }

    /** What would run as the user must be the user's own: the directory may lie where others can write. */
    private static void trust(Path library) throws IOException {
        Object owner = Files.getAttribute(library, "unix:uid");
        Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (!owner.equals(self) && !owner.equals(0)) {
            throw new Failure(library + " belongs to another user; keep a cache of your own: JAVA_TOOL_OPTIONS="
                    + "-Dorg.bytedeco.javacpp.cachedir=DIRECTORY");
        }
    }

    /** A compiler that fails is asked again a day later, not by every process. */
    private void attempt(Path home, Path library) throws IOException {
        refused(home);
        for (Path left : children(home)) {
            if (left.getFileName().toString().startsWith(MAKING)) {
                delete(left); // of a process that was killed
            }
        }
        try {
            make(home, library);
        } catch (Broken e) {
            throw refuse(e.getMessage());
        }
    }

    private void refused(Path home) throws IOException {
        Path failed = home.resolve(FAILED);
        if (Files.isRegularFile(failed)
                && Files.getLastModifiedTime(failed)
                        .toInstant()
                        .isAfter(Instant.now().minus(REMEMBERED))) {
            String said = Files.readString(failed);
            if (said.startsWith(asked() + "\n")) { // another compiler may do better
                throw new Failure(said.substring(asked().length() + 1));
            }
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
        Compiler compiler = available();
        Path work = Files.createTempDirectory(home, MAKING);
        try {
            Path made = work.resolve(LIBRARY);
            List<String> command = command(compiler, work, made);
            Path log = work.resolve("log");
            int status = run(command, log);
            if (status != 0) {
                String said = Files.readString(log, StandardCharsets.ISO_8859_1);
                String told =
                        command.get(0) + " ended with status " + status + " on the kernels" + complaint(said, work);
                boolean stopped = status > 128 || said.contains("Killed") || said.contains("terminated");
                throw stopped ? new Failure(told) : new Broken(told);
            }
            if (!Files.isRegularFile(made)) {
                throw new Broken(command.get(0) + " wrote no library");
            }
            Files.deleteIfExists(home.resolve(FAILED));
            Files.writeString(home.resolve(COMPILER), compiler.version() + "\n" + sum(Files.readAllBytes(made)));
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
    private static List<String> command(Compiler compiler, Path work, Path made) throws IOException {
        List<String> command = new ArrayList<>();
        command.addAll(compiler.words());
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

    /**
     * A compiler that runs.
     *
     * @param words of its command
     * @param version the first line that it says of itself
     */
    private record Compiler(List<String> words, String version) {}

    /** The first that runs. Clang is none: its OpenMP would be a second one beside libtorch's. */
    private Compiler available() throws IOException {
        for (String name : compilers) {
            List<String> words = List.of(name.split(" +"));
            List<String> asked = new ArrayList<>(words);
            asked.add("--version");
            Path said = Files.createTempFile("ditlab-compiler", ".txt");
            try {
                int status = run(asked, said);
                String version = Files.readString(said, StandardCharsets.ISO_8859_1);
                if (status == 0 && !version.contains("clang")) {
                    return new Compiler(words, version.lines().findFirst().orElse(name));
                }
            } catch (Broken e) {
                throw e;
            } catch (IOException e) {
                continue; // not on the path: the next
            } finally {
                Files.delete(said);
            }
        }
        throw new Failure("no GNU C++ compiler runs (" + asked()
                + "; Clang does not count); install one (Debian: apt install g++) or set CXX");
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
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String source : SOURCES) {
            all.write(read(source));
        }
        all.write(String.join(" ", FLAGS).getBytes(StandardCharsets.UTF_8));
        all.write(processor().getBytes(StandardCharsets.UTF_8));
        return sum(all.toByteArray()).substring(0, 16);
    }

    private static String sum(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether the processor has what the kernels are written in, as Linux tells it. */
    static boolean fits() throws IOException {
        List<String> words = List.of(processor().split("\\s+"));
        return words.containsAll(List.of("avx512f", "avx512bw", "avx512dq", "avx512vl"));
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

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static void delete(Path directory) throws IOException {
        for (Path file : children(directory)) {
            Files.delete(file);
        }
        Files.delete(directory);
    }
}
