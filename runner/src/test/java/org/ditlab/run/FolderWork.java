package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.ditlab.knob.Settings;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.spi.UserFiles;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.reference.ReferenceBackendProvider;
import org.ditlab.tensor.spi.Backend;

/** A stage's work in a folder, each kind of stage in one of its own, on the plain-Java backend. */
final class FolderWork implements StageContext {
    private final Path folder;
    private final StageKind kind;
    private final Settings settings;
    private final boolean stop;
    private final Consumer<Map<String, ?>> rows;
    private final Backend backend;
    private final List<String> notes = new ArrayList<>();

    /**
     * Makes the stage's folder.
     *
     * @param stop whether it is asked to stop
     * @param rows takes what it logs
     */
    FolderWork(Path folder, StageKind kind, Settings settings, boolean stop, Consumer<Map<String, ?>> rows)
            throws IOException {
        this(folder, kind, settings, stop, rows, new ReferenceBackendProvider().open(Device.CPU, 1));
    }

    /** The same on a backend. */
    FolderWork(
            Path folder,
            StageKind kind,
            Settings settings,
            boolean stop,
            Consumer<Map<String, ?>> rows,
            Backend backend)
            throws IOException {
        this.backend = backend;
        this.folder = folder;
        this.rows = rows;
        this.kind = kind;
        this.settings = settings;
        this.stop = stop;
        Files.createDirectories(directory());
    }

    @Override
    public Stage stage() {
        return new Stage(kind, "0123456789abcdef", Map.of(), List.of());
    }

    @Override
    public Settings settings() {
        return settings;
    }

    @Override
    public long seed() {
        return 1;
    }

    @Override
    public Path directory() {
        return upstream(kind);
    }

    @Override
    public Path attempt() {
        return directory().resolve("attempt-1");
    }

    @Override
    public Path upstream(StageKind used) {
        return folder.resolve(used.word());
    }

    @Override
    public UserFiles files() {
        return UserFiles.NONE;
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public void log(Map<String, ?> row) {
        rows.accept(row);
    }

    @Override
    public void progress(long done, long total, String text) {
        assertThat(done).isBetween(0L, total);
    }

    @Override
    public void note(String text) {
        assertThat(text).isNotBlank();
        notes.add(text);
    }

    /** What a person was told. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    @Override
    public boolean stopRequested() {
        return stop;
    }
}
