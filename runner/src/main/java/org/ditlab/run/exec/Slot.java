package org.ditlab.run.exec;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ditlab.study.StudyException;

/**
 * What one of the workers that run at a time has of this machine for its own.
 *
 * @param processors numbers of processors; empty for all
 * @param gpu an entry of {@code CUDA_VISIBLE_DEVICES}; empty for all that are visible
 */
record Slot(List<Integer> processors, String gpu) {
    private static final String GPUS = "gpus=";
    private static final String PIN = "pin";
    private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String ALLOWED = "Cpus_allowed_list:";

    /**
     * One for each worker of this machine.
     *
     * @throws StudyException when more is asked for than there is
     */
    static List<Slot> of(Launch launch) {
        List<String> gpus = launch.options().stream()
                .filter(option -> option.startsWith(GPUS))
                .map(option -> gpus(Integer.parseInt(option.substring(GPUS.length())), System.getenv()))
                .findFirst()
                .orElse(List.of());
        List<Integer> processors = launch.options().contains(PIN) ? pinnable() : List.of();
        return of(launch.workers(), launch.resources().threads(), gpus, processors);
    }

    /** Shares out; more workers than GPUs share them in turn. */
    static List<Slot> of(int workers, int threads, List<String> gpus, List<Integer> processors) {
        if (!processors.isEmpty() && (long) workers * threads > processors.size()) {
            throw new StudyException("--pin: " + workers + " workers of " + threads + " threads need "
                    + (long) workers * threads + " processors, and this process may use " + processors.size()
                    + "; give fewer --workers or --threads, or leave --pin out");
        }
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            slots.add(new Slot(
                    processors.isEmpty() ? List.of() : List.copyOf(processors.subList(i * threads, (i + 1) * threads)),
                    gpus.isEmpty() ? "" : gpus.get(i % gpus.size())));
        }
        return slots;
    }

    /** The first GPUs of those that this process may use. */
    static List<String> gpus(int count, Map<String, String> environment) {
        String visible = environment.get(VISIBLE);
        if (visible == null) {
            return IntStream.range(0, count).mapToObj(String::valueOf).toList();
        }
        List<String> names = Arrays.stream(visible.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        if (count > names.size()) {
            throw new StudyException("--gpus " + count + ": " + VISIBLE + "=" + visible + " allows " + names.size());
        }
        return names.subList(0, count);
    }

    /** {@code 0-3,8} as numbers. */
    static List<Integer> numbers(String ranges) {
        List<Integer> numbers = new ArrayList<>();
        for (String range : ranges.strip().split(",")) {
            String[] ends = range.split("-");
            IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                    .forEach(numbers::add);
        }
        return numbers;
    }

    /** Makes a command that was not started yet run in this slot. */
    ProcessBuilder take(ProcessBuilder builder) {
        if (!processors.isEmpty()) {
            List<String> command = new ArrayList<>(List.of(
                    "taskset", "-c", processors.stream().map(String::valueOf).collect(Collectors.joining(","))));
            command.addAll(builder.command());
            builder.command(command);
        }
        if (!gpu.isEmpty()) {
            builder.environment().put(VISIBLE, gpu);
        }
        return builder;
    }

    private static List<Integer> pinnable() {
        boolean taskset = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "taskset")));
        try {
            if (taskset) {
                for (String line : Files.readAllLines(STATUS)) {
                    if (line.startsWith(ALLOWED)) {
                        return numbers(line.substring(ALLOWED.length()));
                    }
                }
            }
        } catch (IOException e) {
            throw new StudyException("--pin: " + STATUS + " cannot be read; leave --pin out");
        }
        throw new StudyException("--pin: this system has no `taskset` (Linux, package util-linux); leave --pin out");
    }
}
