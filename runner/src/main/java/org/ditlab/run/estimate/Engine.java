package org.ditlab.run.estimate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.ditlab.run.BackendChoice;
import org.ditlab.run.Backends;
import org.ditlab.store.Provenance;
import org.ditlab.tensor.Device;

/**
 * What computes: seconds of equal engines compare.
 *
 * @param processor name of the CPU, or of the GPU where that computes
 * @param device {@code cpu}, {@code cuda}
 * @param threads of one worker
 * @param build of the backend
 */
public record Engine(String processor, String device, int threads, String build) {
    private static final Path GPUS = Path.of("/proc/driver/nvidia/gpus");
    private static final String MODEL = "Model:";

    /** This machine with a backend. */
    public static Engine here(BackendChoice choice, int threads) {
        String processor = choice.device() == Device.CUDA ? gpu() : Provenance.cpu();
        return new Engine(
                processor,
                Backends.word(choice.device()),
                threads,
                choice.provider().build());
    }

    /** That of an attempt, by its {@code provenance.json}; empty when it computed nothing, or says too little. */
    static Optional<Engine> of(Map<String, Object> provenance) {
        if (provenance.get("device") instanceof String device
                && provenance.get("backend_build") instanceof String build
                && provenance.get("threads") instanceof Number threads) {
            Object processor = device.equals(Backends.word(Device.CPU)) ? provenance.get("cpu") : provenance.get("gpu");
            return Optional.of(new Engine(String.valueOf(processor), device, threads.intValue(), build));
        }
        return Optional.empty();
    }

    /** The model of the GPUs as the driver tells it; {@code gpu} where it does not. */
    public static String gpu() {
        TreeSet<String> models = new TreeSet<>();
        if (Files.isDirectory(GPUS)) {
            try (DirectoryStream<Path> gpus = Files.newDirectoryStream(GPUS)) {
                for (Path gpu : gpus) {
                    for (String line : Files.readAllLines(gpu.resolve("information"), StandardCharsets.UTF_8)) {
                        if (line.startsWith(MODEL)) {
                            models.add(line.substring(MODEL.length()).strip());
                        }
                    }
                }
            } catch (IOException e) {
                return "gpu";
            }
        }
        return models.isEmpty() ? "gpu" : String.join(", ", models);
    }
}
