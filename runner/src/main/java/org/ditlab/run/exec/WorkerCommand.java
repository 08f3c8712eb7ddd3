package org.ditlab.run.exec;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ditlab.study.StudyException;

/** The command line and environment of a worker process: this JVM, this class path, what libtorch needs on a CPU. */
public final class WorkerCommand {
    /** From this release on, the JVM warns of native access that was not announced. */
    private static final int ANNOUNCED_NATIVE_ACCESS = 22;

    private WorkerCommand() {}

    /** A main class and its arguments, not started yet. */
    public static ProcessBuilder of(List<String> program, int threads) {
        ProcessBuilder builder = new ProcessBuilder(java(program, classPath()));
        environment(builder.environment(), threads);
        return builder;
    }

    /** This JVM's program. */
    static String jvm() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** This JVM as a worker's, with a main class and its arguments. */
    public static List<String> java(List<String> program, String classPath) {
        return java(List.of(), program, classPath);
    }

    private static List<String> java(List<String> options, List<String> program, String classPath) {
        List<String> command = new ArrayList<>();
        command.add(jvm());
        // The arrays of a worker are few and long; what computes has threads of its own.
        command.add("-XX:+UseSerialGC");
        command.add("-Xmx" + heap());
        // What a step allocates in Java is small and short-lived; more room for it would only be touched once.
        command.add("-Xmn16m");
        // Some thousand classes are loaded at once: no reason to collect.
        command.add("-XX:MetaspaceSize=192m");
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("-Djava.awt.headless=true");
        // Native memory belongs to scopes: no collector thread frees it, and the heap's size does not bound it.
        command.add("-Dorg.bytedeco.javacpp.nopointergc=true");
        command.add("-Dorg.bytedeco.javacpp.maxbytes=0");
        command.add("-Dorg.bytedeco.javacpp.maxphysicalbytes=0");
        if (Runtime.version().feature() >= ANNOUNCED_NATIVE_ACCESS) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(options);
        command.add("-cp");
        command.add(classPath);
        command.addAll(program);
        return command;
    }

    /**
     * The Java heap of a worker, {@code 2g} but for {@code DITLAB_WORKER_HEAP}; what computes takes its memory outside of it.
     *
     * @throws StudyException when the variable is no size
     */
    public static String heap() {
        String asked = System.getenv().getOrDefault("DITLAB_WORKER_HEAP", "2g");
        if (!asked.matches("[1-9][0-9]{0,8}[kKmMgG]")) {
            throw new StudyException("DITLAB_WORKER_HEAP=" + asked + ": expected a size such as 4g or 3000m");
        }
        return asked;
    }

    /** Main class and arguments of a worker, all but the trial. */
    public static List<String> program(Launch launch) {
        List<String> program = new ArrayList<>(launch.program());
        program.add("--study-directory=" + launch.study().toAbsolutePath());
        program.add("--threads=" + launch.resources().threads());
        if (launch.files().data() != null) {
            program.add("--data=" + launch.files().data().toAbsolutePath());
        }
        if (launch.files().inception() != null) {
            program.add("--inception=" + launch.files().inception().toAbsolutePath());
        }
        if (launch.backend() != null) {
            program.add("--backend=" + launch.backend());
        }
        if (launch.device() != null) {
            program.add("--device=" + launch.device());
        }
        return program;
    }

    /** One trial. */
    static ProcessBuilder of(Launch launch, String trial, ClassArchive archive) {
        List<String> program = program(launch);
        program.add("--trial=" + trial);
        ProcessBuilder builder =
                new ProcessBuilder(java(archive.options(trial), program, ClassArchive.ordered(classPath())));
        environment(builder.environment(), launch.resources().threads());
        return builder;
    }

    /** What {@link #environment} sets of the allocator of native memory. */
    public static Map<String, String> allocator() {
        return Map.of(
                "GLIBC_TUNABLES", "glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0",
                "MALLOC_ARENA_MAX", "1",
                "MALLOC_MMAP_THRESHOLD_", "8589934592",
                "MALLOC_TRIM_THRESHOLD_", "17179869184");
    }

    /**
     * Huge pages, and an allocator that keeps its memory: up to twice as fast with libtorch on a CPU. No caches of small pieces:
     * the offcuts of aligned tensors stay in them, beside which the tensors' memory cannot be joined again. Threads that wait for
     * each other give the processor up soon: where something else runs too, spinning costs a factor of ten and more.
     */
    private static void environment(Map<String, String> environment, int threads) {
        allocator().forEach(environment::putIfAbsent);
        environment.putIfAbsent("GOMP_SPINCOUNT", "5000");
        environment.putAll(threading(threads));
    }

    /** The variables that fix the threads of native libraries. */
    public static Map<String, String> threading(int threads) {
        return Map.of("OMP_NUM_THREADS", String.valueOf(threads), "OPENBLAS_NUM_THREADS", String.valueOf(threads));
    }

    /** Of this process, with absolute entries. */
    static String classPath() {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            entries.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, entries);
    }
}
