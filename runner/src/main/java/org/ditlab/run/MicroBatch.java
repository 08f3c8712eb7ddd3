package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.ditlab.knob.Settings;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StageDirectory;
import org.ditlab.store.StageProgress;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.WriterLock;
import org.ditlab.store.WriterLockQueue;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;
import org.ditlab.train.TrainKnobs;

/**
 * What a training has come down to because memory ran out: so many images at a time, of an unchanged batch. It stands in the
 * training's directory, for the attempts to come.
 *
 * @param images from 1
 * @param reason what ran out, and when
 */
public record MicroBatch(int images, String reason) {
    /** In the directory of a training that memory did not suffice for. */
    public static final String FILE = "micro-batch.json";

    /** What a study asks for. */
    static int asked(Settings settings) {
        int batch = settings.get(TrainKnobs.BATCH);
        int asked = settings.get(TrainKnobs.MICRO_BATCH);
        return asked == 0 ? batch : Math.min(asked, batch);
    }

    /** What a directory keeps; empty without one, or where it is no number that makes the micro-batch smaller. */
    static Optional<MicroBatch> read(Path training, Settings settings) throws IOException {
        Path file = training.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            Map<String, Object> json = JsonFile.read(file);
            return json.get("micro_batch") instanceof Integer images && images >= 1 && images < asked(settings)
                    ? Optional.of(new MicroBatch(images, String.valueOf(json.get("reason"))))
                    : Optional.empty();
        } catch (StudyException damaged) {
            return Optional.empty();
        }
    }

    /** For the holder of the training's lock. */
    void write(Path training) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("micro_batch", images);
        json.put("reason", reason);
        JsonFile.write(training.resolve(FILE), json);
    }

    /** Half of so many images; empty where they are one. */
    static Optional<MicroBatch> half(int images, String reason) {
        return images > 1 ? Optional.of(new MicroBatch((images + 1) / 2, reason)) : Optional.empty();
    }

    /**
     * Halves the micro-batch of a training whose worker was killed for want of memory; empty where it was at another stage,
     * where another process goes on with it, or where an image at a time was too much.
     */
    static Optional<MicroBatch> afterKill(StudyDirectory study, Trial trial) throws IOException {
        StageDirectory training = study.stage(trial.stage(StageKind.TRAIN));
        Optional<StageProgress> at = StageProgress.read(training);
        if (training.done() || at.isEmpty() || !at.get().trial().equals(trial.hash())) {
            return Optional.empty();
        }
        Optional<WriterLock> free = new WriterLockQueue(training.path()).poll();
        if (free.isEmpty()) {
            return Optional.empty();
        }
        try (WriterLock lock = free.get()) {
            Settings settings = trial.settings();
            int last = read(training.path(), settings).map(MicroBatch::images).orElseGet(() -> asked(settings));
            Optional<MicroBatch> half =
                    half(last, "the worker was killed after step " + at.get().done() + ", probably for want of memory");
            if (half.isPresent() && lock.held()) {
                half.get().write(training.path());
            }
            return half;
        }
    }

    /** {@code micro-batch 4 instead of 16}. */
    String described(Settings settings) {
        return "micro-batch " + images + " instead of " + asked(settings);
    }
}
