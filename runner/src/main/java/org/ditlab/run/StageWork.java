package org.ditlab.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.ditlab.knob.Settings;
import org.ditlab.run.exec.WorkerMessage;
import org.ditlab.run.halving.Halving;
import org.ditlab.store.EarlierTraining;
import org.ditlab.store.JsonFile;
import org.ditlab.store.MetricLog;
import org.ditlab.store.ProgressFile;
import org.ditlab.store.Provenance;
import org.ditlab.store.StageDirectory;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.WriterLock;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;
import org.ditlab.study.spi.UserFiles;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;

/** One attempt at one stage, as its runner sees it. */
final class StageWork implements StageContext, AutoCloseable {
    private static final long MESSAGE_NANOS = 200_000_000L;

    private final StudyDirectory study;
    private final Trial trial;
    private final Stage stage;
    private final Path attempt;
    private final WorkerSettings settings;
    private final LazyBackend backend;
    private final StopSignal stop;
    private final WriterLock lock;
    private final Consumer<WorkerMessage> messages;
    private final Map<String, Object> provenance;
    private final MetricLog log;
    private final ProgressFile progress;
    private boolean backendRecorded;
    private long lastMessage = System.nanoTime() - MESSAGE_NANOS;

    StageWork(
            StudyDirectory study,
            Trial trial,
            Stage stage,
            int attempt,
            WorkerSettings settings,
            LazyBackend backend,
            StopSignal stop,
            WriterLock lock,
            Consumer<WorkerMessage> messages)
            throws IOException {
        this.study = study;
        this.trial = trial;
        this.stage = stage;
        this.attempt = directoryOf(stage).attempt(attempt);
        this.settings = settings;
        this.backend = backend;
        this.stop = stop;
        this.lock = lock;
        this.messages = messages;
        this.provenance = Provenance.ofThisProcess(settings.threads());
        provenance.put("trial", trial.hash());
        Object data = stage.identity().get("data");
        if (data != null) {
            provenance.put("data", data);
        }
        recordProvenance();
        this.log = MetricLog.append(this.attempt.resolve("metrics.jsonl"));
        this.progress = new ProgressFile(this.attempt, trial.hash(), stage.id());
        progress.report(0, 0, null, null, "starting");
    }

    @Override
    public Stage stage() {
        return stage;
    }

    @Override
    public Settings settings() {
        return trial.settings();
    }

    @Override
    public long seed() {
        return trial.seed();
    }

    @Override
    public Path directory() {
        return directoryOf(stage).path();
    }

    @Override
    public Path attempt() {
        return attempt;
    }

    @Override
    public Path upstream(StageKind kind) {
        for (Stage used : trial.stages()) {
            if (used.kind() == kind && stage.uses().contains(used.hash())) {
                return directoryOf(used).path();
            }
        }
        throw new IllegalArgumentException(stage.id() + " uses no stage of kind " + kind.word());
    }

    @Override
    public UserFiles files() {
        return settings.files();
    }

    @Override
    public Backend backend() {
        Backend open = backend.get();
        if (!backendRecorded) {
            backendRecorded = true;
            recordProvenance();
        }
        return open;
    }

    @Override
    public void log(Map<String, ?> row) {
        try {
            log.write(row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void progress(long done, long total, String text) {
        progress.report(done, total, null, null, text);
        tell(done, total, text);
    }

    @Override
    public void progress(long done, long total, @Nullable Double loss, double rate) {
        progress.report(done, total, loss, rate, "");
        tell(done, total, StageContext.text(loss, rate));
    }

    private void tell(long done, long total, String text) {
        long now = System.nanoTime();
        if (now - lastMessage >= MESSAGE_NANOS || done >= total) {
            lastMessage = now;
            messages.accept(WorkerMessage.progress(stage.id(), done, total, text));
        }
    }

    @Override
    public List<EarlierTraining> earlier() throws IOException {
        return EarlierTraining.of(study, stage);
    }

    @Override
    public Optional<Halving> halving() throws IOException {
        return Halving.of(study, trial, stage);
    }

    @Override
    public void note(String text) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("time", Instant.now().toString());
        row.put("text", text);
        try (MetricLog events = MetricLog.append(attempt.resolve("events.jsonl"))) {
            events.write(row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        messages.accept(WorkerMessage.note(stage.id(), text));
    }

    @Override
    public boolean stopRequested() {
        return stop.requested() || lock.lost();
    }

    @Override
    public void close() throws IOException {
        log.close();
    }

    private StageDirectory directoryOf(Stage one) {
        return study.stage(one);
    }

    private void recordProvenance() {
        Map<String, Object> facts = new LinkedHashMap<>(provenance);
        facts.putAll(backend.facts());
        try {
            JsonFile.write(attempt.resolve("provenance.json"), facts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
