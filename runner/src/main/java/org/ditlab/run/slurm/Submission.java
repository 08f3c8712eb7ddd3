package org.ditlab.run.slurm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.ditlab.store.AtomicFile;
import org.ditlab.store.JsonFile;
import org.ditlab.store.TrialDirectory;

/**
 * One submission of trials, {@code STUDY/slurm/001/}: the script {@code job.sh}, its {@code trials.txt}, the trials as they
 * were then, the jobs' logs, {@code submission.json} with the jobs' ids, and {@code cancelled.txt} with the trials that
 * {@code ditlab cancel} has taken out of the queue.
 *
 * @param directory where it lies
 * @param name of its jobs: {@code ditlab-quickstart-001}
 * @param trials hashes, in the order of {@code trials.txt}
 * @param arrays what was submitted so far, in order
 * @param report id of the report's job; empty when there is none
 */
record Submission(Path directory, String name, List<String> trials, List<JobArray> arrays, String report) {
    /**
     * A job array.
     *
     * @param job its id
     * @param offset line of {@code trials.txt} of its first element, counted from 0
     * @param size how many elements it has
     */
    record JobArray(String job, int offset, int size) {}

    static final String FOLDER = "slurm";
    private static final String FILE = "submission.json";
    private static final String TRIALS = "trials.txt";
    private static final String CANCELLED = "cancelled.txt";

    /** A new one under the next free number, not submitted yet. */
    static Submission create(Path study, List<TrialDirectory> trials) throws IOException {
        Path all = Files.createDirectories(study.resolve(FOLDER));
        Path directory = next(all);
        Files.createDirectories(directory.resolve("logs"));
        Files.createDirectories(directory.resolve("trials"));
        List<String> hashes = new ArrayList<>();
        StringBuilder lines = new StringBuilder();
        for (TrialDirectory trial : trials) {
            Map<String, Object> json = trial.trial();
            String hash = String.valueOf(json.get("trial"));
            hashes.add(hash);
            lines.append(hash)
                    .append(' ')
                    .append(String.valueOf(json.get("variant")).replaceAll("\\s+", " "))
                    .append(", seed ")
                    .append(json.get("replicate"))
                    .append('\n');
            Files.copy(trial.trialFile(), trialFile(directory, hash));
        }
        AtomicFile.write(directory.resolve(TRIALS), lines.toString().getBytes(StandardCharsets.UTF_8));
        String name = "ditlab-"
                + study.toAbsolutePath().normalize().getFileName().toString().replaceAll("[^A-Za-z0-9._+-]", "-") + "-"
                + directory.getFileName();
        return new Submission(directory, name, List.copyOf(hashes), List.of(), "");
    }

    /** Those of a study that got as far as a job, in order. */
    static List<Submission> all(Path study) throws IOException {
        Path all = study.resolve(FOLDER);
        List<Submission> found = new ArrayList<>();
        if (!Files.isDirectory(all)) {
            return found;
        }
        List<Path> directories;
        try (Stream<Path> entries = Files.list(all)) {
            directories = entries.filter(entry -> Files.isRegularFile(entry.resolve(FILE)))
                    .sorted()
                    .toList();
        }
        for (Path directory : directories) {
            found.add(read(directory));
        }
        return found;
    }

    Path jobScript() {
        return directory.resolve("job.sh");
    }

    Path reportScript() {
        return directory.resolve("report.sh");
    }

    /** From the study's directory, in which the jobs run: {@code slurm/001}. */
    String relative() {
        return FOLDER + "/" + directory.getFileName();
    }

    Submission with(JobArray array) throws IOException {
        List<JobArray> more = new ArrayList<>(arrays);
        more.add(array);
        return new Submission(directory, name, trials, List.copyOf(more), report).written();
    }

    Submission withReport(String job) throws IOException {
        return new Submission(directory, name, trials, arrays, job).written();
    }

    /** Leaves for who waits for these trials that they are cancelled, or that they are not. */
    void cancelled(Set<String> hashes, boolean are) throws IOException {
        Set<String> all = new LinkedHashSet<>(cancelled());
        if (are) {
            trials.stream().filter(hashes::contains).forEach(all::add);
        } else {
            all.removeAll(hashes);
        }
        Path file = directory.resolve(CANCELLED);
        if (all.isEmpty()) {
            Files.deleteIfExists(file);
        } else {
            AtomicFile.write(file, (String.join("\n", all) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Whether a trial was cancelled since it was last submitted. */
    static boolean cancelled(Path study, String trial) throws IOException {
        List<Submission> submissions = all(study);
        for (int i = submissions.size() - 1; i >= 0; i--) {
            if (submissions.get(i).trials().contains(trial)) {
                return submissions.get(i).cancelled().contains(trial);
            }
        }
        return false;
    }

    private List<String> cancelled() throws IOException {
        Path file = directory.resolve(CANCELLED);
        return Files.isRegularFile(file) ? Files.readAllLines(file) : List.of();
    }

    /** All its jobs, the report's among them. */
    List<String> jobs() {
        List<String> jobs = new ArrayList<>(arrays.stream().map(JobArray::job).toList());
        if (!report.isEmpty()) {
            jobs.add(report);
        }
        return jobs;
    }

    private Submission written() throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("submitted", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        List<Map<String, Object>> rows = new ArrayList<>();
        for (JobArray array : arrays) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("job", array.job());
            row.put("offset", array.offset());
            row.put("size", array.size());
            rows.add(row);
        }
        json.put("arrays", rows);
        if (!report.isEmpty()) {
            json.put("report", report);
        }
        JsonFile.write(directory.resolve(FILE), json);
        return this;
    }

    private static Submission read(Path directory) throws IOException {
        Map<String, Object> json = JsonFile.read(directory.resolve(FILE));
        List<String> trials = Files.readAllLines(directory.resolve(TRIALS)).stream()
                .map(line -> line.split(" ", 2)[0])
                .toList();
        List<JobArray> arrays = new ArrayList<>();
        if (json.get("arrays") instanceof List<?> rows) {
            for (Object item : rows) {
                if (item instanceof Map<?, ?> row
                        && row.get("offset") instanceof Integer offset
                        && row.get("size") instanceof Integer size) {
                    arrays.add(new JobArray(String.valueOf(row.get("job")), offset, size));
                }
            }
        }
        Object report = json.get("report");
        return new Submission(
                directory,
                String.valueOf(json.get("name")),
                trials,
                List.copyOf(arrays),
                report == null ? "" : report.toString());
    }

    private static Path next(Path all) throws IOException {
        int number = 1;
        while (true) {
            Path directory = all.resolve("%03d".formatted(number));
            try {
                return Files.createDirectory(directory);
            } catch (FileAlreadyExistsException e) {
                number++;
            }
        }
    }

    /** A trial as it was submitted: {@code trials/<hash12>.json}. */
    private static Path trialFile(Path directory, String hash) {
        return directory.resolve("trials").resolve(hash.substring(0, 12) + ".json");
    }
}
