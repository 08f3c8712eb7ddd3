package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/**
 * How a machine's processors are shared among trials. Small models gain little from a second thread, so that many trials
 * with one thread each come first. The number of threads is fixed when a study begins and kept in {@code compute.json},
 * because results are the same to the bit only for the same number.
 *
 * @param workers trials at a time
 * @param threads of one worker
 */
public record Share(int workers, int threads) {
    private static final String FILE = "compute.json";

    /**
     * Decides, and records the threads.
     *
     * @param wantedWorkers from the command line, or null
     * @param wantedThreads from the command line, or null
     * @param gpu whether workers compute on a GPU, which one worker fills
     * @param warnings told when the recorded number changes
     */
    public static Share of(
            StudyDirectory study,
            int trials,
            @Nullable Integer wantedWorkers,
            @Nullable Integer wantedThreads,
            boolean gpu,
            Consumer<String> warnings)
            throws IOException {
        int processors = Runtime.getRuntime().availableProcessors();
        int threads = threads(study, wantedThreads, byDefault(processors, trials, wantedWorkers, gpu), warnings);
        return of(processors, trials, wantedWorkers, threads, gpu);
    }

    /** What {@link #of} would decide; records nothing. */
    public static Share foreseen(
            StudyDirectory study,
            int trials,
            @Nullable Integer wantedWorkers,
            @Nullable Integer wantedThreads,
            boolean gpu)
            throws IOException {
        int processors = Runtime.getRuntime().availableProcessors();
        Integer threads = wantedThreads == null ? recorded(study.path().resolve(FILE)) : wantedThreads;
        int otherwise = byDefault(processors, trials, wantedWorkers, gpu);
        return of(processors, trials, wantedWorkers, threads == null ? otherwise : threads, gpu);
    }

    private static Share of(int processors, int trials, @Nullable Integer wanted, int threads, boolean gpu) {
        int workers = gpu ? 1 : Math.max(1, Math.min(trials, processors / threads));
        return new Share(wanted == null ? workers : wanted, threads);
    }

    /**
     * Decides for workers on other machines, and records the threads.
     *
     * @param wantedWorkers from the command line, or null for as many as there is room for, which is 0 here
     * @param wantedThreads from the command line, or null
     * @param otherwise threads of a study that was not begun yet
     * @param warnings told when the recorded number changes
     */
    public static Share elsewhere(
            StudyDirectory study,
            @Nullable Integer wantedWorkers,
            @Nullable Integer wantedThreads,
            int otherwise,
            Consumer<String> warnings)
            throws IOException {
        return new Share(wantedWorkers == null ? 0 : wantedWorkers, threads(study, wantedThreads, otherwise, warnings));
    }

    private static int threads(StudyDirectory study, @Nullable Integer wanted, int otherwise, Consumer<String> warnings)
            throws IOException {
        Integer recorded = recorded(study.path().resolve(FILE));
        int threads = recorded == null ? otherwise : recorded;
        if (wanted != null) {
            if (recorded != null && !recorded.equals(wanted)) {
                warnings.accept("ditlab: warning: this study was begun with --threads " + recorded
                        + "; what runs now with " + wanted + " agrees with it within rounding, not to the bit");
            }
            threads = wanted;
        }
        if (recorded == null || threads != recorded) {
            JsonFile.write(study.path().resolve(FILE), Map.of("threads", threads));
        }
        return threads;
    }

    private static int byDefault(int processors, int trials, @Nullable Integer wantedWorkers, boolean gpu) {
        int atOnce = wantedWorkers != null ? wantedWorkers : gpu ? 1 : Math.min(processors, Math.max(1, trials));
        return Math.max(1, processors / atOnce);
    }

    private static @Nullable Integer recorded(Path file) throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        try {
            return JsonFile.read(file).get("threads") instanceof Number number && number.intValue() > 0
                    ? number.intValue()
                    : null;
        } catch (StudyException damaged) {
            return null;
        }
    }
}
