package org.ditlab.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The directory of one trial: {@code trial.json}, {@code result.json}, {@code failure.json}, and its workers' log. */
public record TrialDirectory(Path path) {
    public Path trialFile() {
        return path.resolve("trial.json");
    }

    public Path resultFile() {
        return path.resolve("result.json");
    }

    /** Why the last run gave the trial up; absent while it may still succeed. */
    public Path failureFile() {
        return path.resolve("failure.json");
    }

    /** One row for each worker that ended without a result: exit code and the last lines it wrote. */
    public Path eventsFile() {
        return path.resolve("events.jsonl");
    }

    /** What the trial's worker processes wrote to their standard output and error. */
    public Path logFile() {
        return path.resolve("worker.log");
    }

    /** What a worker said last that no other process listens to; absent while none works. */
    public Path messageFile() {
        return path.resolve("message.json");
    }

    public boolean done() {
        return Files.isRegularFile(resultFile());
    }

    public Map<String, Object> trial() throws IOException {
        return JsonFile.read(trialFile());
    }

    public Map<String, Object> result() throws IOException {
        return JsonFile.read(resultFile());
    }
}
