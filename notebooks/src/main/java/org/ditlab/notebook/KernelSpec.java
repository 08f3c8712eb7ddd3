package org.ditlab.notebook;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ditlab.kernel.KernelMain;
import org.ditlab.run.exec.WorkerCommand;

/**
 * What Jupyter must know to start the kernel: a folder {@code kernels/ditlab} with a {@code kernel.json}.
 *
 * @param java the virtual machine
 * @param feature its release, 17 or more
 * @param classPath absolute entries
 * @param root where the house stands
 */
record KernelSpec(Path java, int feature, String classPath, String root) {
    /** The kernel's name in notebooks and on Jupyter's command line. */
    static final String NAME = "ditlab";

    private static final int ANNOUNCED_NATIVE_ACCESS = 22;
    private static final int ANNOUNCED_UNSAFE = 24;

    /** Of this process. */
    static KernelSpec here() {
        return new KernelSpec(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                Runtime.version().feature(),
                ClassPathLine.absolute(System.getProperty("java.class.path")),
                System.getProperty("ditlab.root", ""));
    }

    /** The command that starts the kernel; Jupyter puts a file's path in place of the last word. */
    List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                java.toString(),
                "-XX:+UseSerialGC",
                "-Djava.awt.headless=true",
                "-Dorg.bytedeco.javacpp.nopointergc=true"));
        if (!root.isEmpty()) {
            command.add("-Dditlab.root=" + root);
        }
        if (feature >= ANNOUNCED_NATIVE_ACCESS) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        if (feature >= ANNOUNCED_UNSAFE) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-cp", classPath, KernelMain.class.getName(), "{connection_file}"));
        return command;
    }

    /** {@code kernel.json}. */
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("argv", command());
        json.put("display_name", "DiTLab (Java)");
        json.put("language", "java");
        json.put("interrupt_mode", "message");
        Map<String, String> environment = new TreeMap<>(WorkerCommand.allocator());
        environment.put("GOMP_SPINCOUNT", "5000");
        json.put("env", environment);
        return json;
    }

    /**
     * Writes the folder below Jupyter's data folder.
     *
     * @return the file
     */
    Path install(Path data) throws IOException {
        Path folder = Files.createDirectories(data.resolve("kernels").resolve(NAME));
        Path file = folder.resolve("kernel.json");
        Files.writeString(
                file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json()) + "\n");
        return file;
    }
}
