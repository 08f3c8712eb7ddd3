package org.ditlab.run.slurm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ditlab.run.exec.TrialEvent;
import org.ditlab.run.exec.WorkerMessage;
import org.ditlab.store.JsonFile;
import org.ditlab.store.MetricLog;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.TrialDirectory;
import org.ditlab.store.WriterLock;

/** A trial in the queue as the process that waits for it sees it: through the queue and the files of the trial. */
final class WatchedTrial {
    /** A shared file system may show a result later than the queue shows its job's end. */
    private static final int LOOKS_UNTIL_LOST = 3;

    private final StudyDirectory study;
    private final String hash;
    private final Set<String> stagesDone = new HashSet<>();
    private Optional<WorkerMessage> said = Optional.empty();
    private boolean started;
    private int missing;

    WatchedTrial(StudyDirectory study, String hash) {
        this.study = study;
        this.hash = hash;
    }

    String hash() {
        return hash;
    }

    boolean started() {
        return started;
    }

    /** Adds what has happened since the last look; says whether the trial has ended. */
    boolean look(Optional<QueuedTask> task, List<TrialEvent> events) throws IOException {
        TrialDirectory directory = study.trial(hash);
        if (directory.done()) {
            events.add(new TrialEvent.Ended(hash, 0, "", List.of(), true));
            return true;
        }
        if (task.isPresent() || WriterLock.holder(directory.path()).isPresent()) {
            missing = 0;
            if (task.isEmpty() || task.get().running()) {
                running(directory, events);
            }
            return false;
        }
        if (Submission.cancelled(study.path(), hash)) {
            events.add(new TrialEvent.Cancelled(hash));
            return true;
        }
        if (Files.exists(directory.failureFile())) {
            events.add(failure(directory));
            return true;
        }
        missing++;
        if (missing < LOOKS_UNTIL_LOST) {
            return false;
        }
        events.add(new TrialEvent.Ended(
                hash,
                -1,
                "its job left the queue without a result and without a word: cancelled, killed, or out of memory (see "
                        + study.path().resolve(Submission.FOLDER) + "/*/logs)",
                List.of()));
        return true;
    }

    private void running(TrialDirectory directory, List<TrialEvent> events) throws IOException {
        if (!started) {
            started = true;
            events.add(new TrialEvent.Started(hash));
        }
        if (directory.trial().get("stages") instanceof List<?> stages) {
            for (Object item : stages) {
                String id = item instanceof Map<?, ?> stage ? String.valueOf(stage.get("id")) : "";
                if (!id.isEmpty() && study.stage(id).done() && stagesDone.add(id)) {
                    events.add(new TrialEvent.StageDone(hash, id));
                }
            }
        }
        Optional<WorkerMessage> says = lastMessage(directory)
                .filter(message -> message.stage().contains("-") && !stagesDone.contains(message.stage()));
        if (!says.equals(said)) {
            said = says;
            says.ifPresent(message -> events.add(message.event(hash)));
        }
    }

    /** What the trial's worker last said, while there is one. */
    static Optional<WorkerMessage> lastMessage(TrialDirectory trial) throws IOException {
        try {
            return Optional.of(WorkerMessage.of(JsonFile.read(trial.messageFile())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private TrialEvent failure(TrialDirectory directory) throws IOException {
        Map<String, Object> failure = JsonFile.read(directory.failureFile());
        List<Map<String, Object>> rows = MetricLog.read(directory.eventsFile());
        Object tail = rows.isEmpty() ? null : rows.get(rows.size() - 1).get("tail");
        List<String> lines = tail instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
        int code = failure.get("exit_code") instanceof Integer number ? number : 1;
        return new TrialEvent.Ended(hash, code, String.valueOf(failure.get("reason")), lines, true);
    }
}
