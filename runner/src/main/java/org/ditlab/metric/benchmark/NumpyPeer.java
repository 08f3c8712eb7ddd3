package org.ditlab.metric.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The metrics in numpy and scipy, run as child processes over features in a folder. */
final class NumpyPeer {
    private static final String PYTHON = "python3";
    private static final String SCRIPT = "metrics_peer.py";

    private NumpyPeer() {}

    /** Whether Python finds numpy and scipy. */
    static boolean installed() throws InterruptedException {
        try {
            Process process = new ProcessBuilder(PYTHON, "-c", "import numpy, scipy")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false; // no Python
        }
    }

    /** Seconds by section: the best of one thread and of all. */
    static Map<String, Double> seconds(Path folder, List<String> sections, int repeats, int threads)
            throws IOException, InterruptedException {
        Path script = folder.resolve(SCRIPT);
        try (InputStream resource = NumpyPeer.class.getResourceAsStream(SCRIPT)) {
            if (resource == null) {
                throw new IllegalStateException("the class path lacks " + SCRIPT);
            }
            Files.copy(resource, script);
        }
        Map<String, Double> best = new TreeMap<>();
        for (int count : threads == 1 ? new int[] {1} : new int[] {1, threads}) {
            run(script, folder, sections, repeats, count)
                    .fields()
                    .forEachRemaining(
                            field -> best.merge(field.getKey(), field.getValue().doubleValue(), Math::min));
        }
        return best;
    }

    private static JsonNode run(Path script, Path folder, List<String> sections, int repeats, int threads)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(PYTHON, script.toString(), folder.toString(), Integer.toString(repeats)));
        command.addAll(sections);
        File errors = folder.resolve("errors-" + threads + ".txt").toFile();
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors);
        builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
        builder.environment().put("OPENBLAS_NUM_THREADS", Integer.toString(threads));
        Process process = builder.start();
        try {
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(SCRIPT + " failed: " + Files.readString(errors.toPath()));
            }
            return new ObjectMapper().readTree(answer);
        } finally {
            process.destroy();
        }
    }
}
