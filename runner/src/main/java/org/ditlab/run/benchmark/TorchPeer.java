package org.ditlab.run.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.run.exec.WorkerCommand;

/**
 * Plain PyTorch on this machine: a Python that finds it, the scripts, and the ways to run it among which the best counts:
 * builds of OpenBLAS, threads, and the allocator's settings of our own workers.
 */
final class TorchPeer implements AutoCloseable {
    /** Looked for in this order. */
    private static final List<String> PYTHONS = List.of("python3", "/usr/bin/python3");

    private static final List<String> SCRIPTS = List.of("training_peer.py", "peer_models.py", "peer_diffusion.py");
    /** Where Debian puts the builds of OpenBLAS, one folder each. */
    private static final Path LIBRARIES = Path.of("/usr/lib");

    private final String python;
    private final Path folder;

    /**
     * One way to run it.
     *
     * @param name what a person reads
     */
    record Setting(String name, Map<String, String> environment) {
        Setting with(String more, Map<String, String> others) {
            Map<String, String> all = new LinkedHashMap<>(environment);
            all.putAll(others);
            return new Setting(name + ", " + more, all);
        }
    }

    /** What a person reads, and whether it reaches an accelerator. */
    record Version(String name, boolean cuda) {}

    private TorchPeer(String python, Path folder) {
        this.python = python;
        this.folder = folder;
    }

    /** Empty when no Python here finds torch and numpy. */
    static Optional<TorchPeer> find() throws IOException, InterruptedException {
        for (String python : PYTHONS) {
            if (imports(python)) {
                Path folder = Files.createTempDirectory("ditlab-benchmark");
                TorchPeer peer = new TorchPeer(python, folder);
                for (String script : SCRIPTS) {
                    try (InputStream resource = TorchPeer.class.getResourceAsStream(script)) {
                        if (resource == null) {
                            throw new IllegalStateException("the class path lacks " + script);
                        }
                        Files.copy(resource, folder.resolve(script));
                    }
                }
                return Optional.of(peer);
            }
        }
        return Optional.empty();
    }

    private static boolean imports(String python) throws InterruptedException {
        try {
            return new ProcessBuilder(python, "-c", "import torch, numpy")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // no such Python
        }
    }

    StepProcess start(Setting setting) throws IOException {
        return new StepProcess("PyTorch (" + setting.name() + ")", command(setting));
    }

    /** The script with these arguments, not started yet; without any it steps on request. */
    ProcessBuilder command(Setting setting, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(python, "-B", folder.resolve(SCRIPTS.get(0)).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        // Our launcher's settings are not the peer's.
        WorkerCommand.allocator().keySet().forEach(builder.environment()::remove);
        builder.environment().remove("GOMP_SPINCOUNT");
        builder.environment().putAll(setting.environment());
        return builder;
    }

    /** On an accelerator there is one way. */
    List<Setting> settings(int threads, String device) throws IOException {
        return device.equals("cpu") ? settings(threads) : List.of(new Setting("CUDA", Map.of()));
    }

    /** The builds of OpenBLAS on all threads, then on one; a torch that brings its own library has one build. */
    private List<Setting> settings(int threads) throws IOException {
        List<Setting> builds = new ArrayList<>();
        for (Path build : openBlas()) {
            Map<String, String> environment = Map.of("LD_LIBRARY_PATH", build.toString());
            Setting setting = new Setting(build.getFileName().toString(), environment);
            try (StepProcess process = start(setting)) {
                if (process.ask("hello", Map.of()).get("libraries").toString().contains(build + "/")) {
                    builds.add(setting);
                }
            }
        }
        if (builds.isEmpty()) {
            builds.add(new Setting("its own libraries", Map.of()));
        }
        List<Setting> settings = new ArrayList<>();
        for (int count : threads == 1 ? new int[] {1} : new int[] {threads, 1}) {
            for (Setting build : builds) {
                settings.add(build.with(count + (count == 1 ? " thread" : " threads"), threads(count)));
            }
        }
        return settings;
    }

    private static Map<String, String> threads(int count) {
        String text = Integer.toString(count);
        return Map.of("OMP_NUM_THREADS", text, "OPENBLAS_NUM_THREADS", text, "MKL_NUM_THREADS", text);
    }

    private static List<Path> openBlas() throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(LIBRARIES)) {
            try (DirectoryStream<Path> systems = Files.newDirectoryStream(LIBRARIES, "*-linux-gnu*")) {
                for (Path system : systems) {
                    try (DirectoryStream<Path> builds = Files.newDirectoryStream(system, "openblas-*")) {
                        builds.forEach(found::add);
                    }
                }
            }
        }
        found.sort(null);
        return found;
    }

    /** What it is, and whether it reaches an accelerator. */
    Version version() throws IOException {
        try (StepProcess process = start(new Setting("any", Map.of()))) {
            JsonNode hello = process.ask("hello", Map.of());
            boolean cuda = hello.get("cuda").asBoolean();
            String name = "PyTorch " + hello.get("torch").asText() + ", Python "
                    + hello.get("python").asText() + (cuda ? ", CUDA" : "");
            return new Version(name, cuda);
        }
    }

    @Override
    public void close() throws IOException {
        for (String script : SCRIPTS) {
            Files.deleteIfExists(folder.resolve(script));
        }
        Files.deleteIfExists(folder);
    }
}
