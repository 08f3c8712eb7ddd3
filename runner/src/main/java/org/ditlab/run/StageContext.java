package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.ditlab.knob.Settings;
import org.ditlab.run.halving.Halving;
import org.ditlab.store.EarlierTraining;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.spi.UserFiles;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;

/** What a stage may see: its settings, its own directory, and the directories of finished stages it uses. */
public interface StageContext {
    Stage stage();

    /** All knobs of the trial, resolved. */
    Settings settings();

    /** What the random streams derive from. */
    long seed();

    /** {@code stages/<kind>-<hash12>}: outputs and checkpoints, shared by the attempts of this stage. */
    Path directory();

    /** {@code stages/<kind>-<hash12>/attempt-<k>}: logs of this attempt. */
    Path attempt();

    /** The directory of a finished stage that this one uses. */
    Path upstream(StageKind kind);

    /** The user's files. */
    UserFiles files();

    Backend backend();

    /** Appends a row to metrics.jsonl: for instance step, loss, seconds. */
    void log(Map<String, ?> row);

    /** Tells the person waiting: done of total units, and a short text such as {@code loss 0.123, 45 images/s}. */
    void progress(long done, long total, String text);

    /** Other trainings of the study that this one can go on from, the furthest first; empty for other stages. */
    default List<EarlierTraining> earlier() throws IOException {
        return List.of();
    }

    /** Early stopping of this training; empty for other stages, and where the study has none. */
    default Optional<Halving> halving() throws IOException {
        return Optional.empty();
    }

    /** Appends to events.jsonl something that a person should know of this attempt, and tells it. */
    void note(String text);

    /**
     * As above, for a stage that goes through images.
     *
     * @param loss of the last step, or null where there is none
     * @param rate images per second
     */
    default void progress(long done, long total, @Nullable Double loss, double rate) {
        progress(done, total, text(loss, rate));
    }

    /** {@code loss 0.1234, 45 images/s}. */
    static String text(@Nullable Double loss, double rate) {
        String speed = String.format(Locale.ROOT, rate < 10 ? "%.1f images/s" : "%.0f images/s", rate);
        return loss == null ? speed : String.format(Locale.ROOT, "loss %.4f, %s", loss, speed);
    }

    /** True when the process was asked to end; the stage saves its state and throws InterruptedException. */
    boolean stopRequested();
}
