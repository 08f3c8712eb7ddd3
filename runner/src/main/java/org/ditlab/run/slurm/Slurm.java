package org.ditlab.run.slurm;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ditlab.study.StudyException;

/** Slurm's commands, as this machine has them. */
final class Slurm {
    /** What to do where the cluster does not answer. */
    static final String REMEDY = "`scontrol ping` tells whether its controller is up; SLURM_CONF names another"
            + " configuration; without a cluster leave --executor out";

    private static final String SIZE = "MaxArraySize";

    private final Map<String, String> environment;

    /** @param environment added to this process's, {@code SLURM_CONF} for instance */
    Slurm(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * Looks whether jobs can be submitted from here.
     *
     * @throws StudyException when a command is missing, or no cluster answers
     */
    void check() throws InterruptedException {
        String folders = System.getenv().getOrDefault("PATH", "");
        for (String command : List.of("scontrol", "sbatch", "squeue", "scancel")) {
            if (Stream.of(folders.split(File.pathSeparator))
                    .noneMatch(folder -> Files.isExecutable(Path.of(folder, command)))) {
                throw missing(command);
            }
        }
        maxArraySize();
    }

    /**
     * How many elements an array may have: the largest index is one less.
     *
     * @throws StudyException when the cluster has no arrays, or none is in reach
     */
    int maxArraySize() throws InterruptedException {
        List<String> lines;
        try {
            lines = output(Path.of("."), List.of("scontrol", "show", "config"));
        } catch (IOException e) {
            throw new StudyException("--executor slurm: no cluster is in reach: " + e.getMessage() + "; " + REMEDY);
        }
        for (String line : lines) {
            String[] sides = line.split("=", 2);
            if (sides.length == 2 && sides[0].strip().equals(SIZE)) {
                int size = Integer.parseInt(sides[1].strip());
                if (size < 1) {
                    throw new StudyException("--executor slurm: this cluster allows no job arrays (" + SIZE + "=0)");
                }
                return size;
            }
        }
        throw new StudyException("--executor slurm: `scontrol show config` does not tell " + SIZE);
    }

    /**
     * Submits a script; gives the job's id.
     *
     * @param directory where relative paths of the script begin
     * @throws IOException with what Slurm answered when it refuses
     */
    String submit(Path directory, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sbatch", "--parsable"));
        command.addAll(arguments);
        List<String> lines = output(directory, command);
        // The cluster's name may follow.
        String id = lines.isEmpty()
                ? ""
                : lines.get(lines.size() - 1).split(";", 2)[0].strip();
        if (!id.matches("[0-9]+")) {
            throw new IOException("sbatch answered with no job id: " + String.join(" ", lines));
        }
        return id;
    }

    /** What of this user waits or runs. */
    List<QueuedTask> queue() throws IOException, InterruptedException {
        return output(
                        Path.of("."),
                        List.of(
                                "squeue",
                                "--noheader",
                                "--array",
                                "--user=" + System.getProperty("user.name"),
                                "--format=" + QueuedTask.FORMAT))
                .stream()
                .filter(line -> !line.isBlank())
                .map(QueuedTask::parse)
                .toList();
    }

    /** Ends jobs, or elements of arrays. */
    void cancel(List<String> ids) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("scancel"));
        command.addAll(ids);
        output(Path.of("."), command);
    }

    /** Standard output of a command that ends well; what it warns of is dropped. */
    private List<String> output(Path directory, List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().putAll(environment);
        Path errors = Files.createTempFile("ditlab-slurm-", ".txt");
        try {
            Process process = start(builder.redirectError(errors.toFile()));
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                String said = Files.readString(errors).strip().replaceAll("\\s*\\R\\s*", "; ");
                throw new IOException(command.get(0) + " failed: " + (said.isEmpty() ? text.strip() : said));
            }
            return text.lines().toList();
        } finally {
            Files.deleteIfExists(errors);
        }
    }

    private static Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw missing(builder.command().get(0));
        }
    }

    private static StudyException missing(String command) {
        return new StudyException("--executor slurm: `" + command + "` cannot be started; run this on a machine from"
                + " which the cluster's jobs are submitted, or leave --executor out to run here");
    }
}
