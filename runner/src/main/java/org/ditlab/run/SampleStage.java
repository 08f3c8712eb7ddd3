package org.ditlab.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ditlab.data.ImageGrid;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.data.PixelOrder;
import org.ditlab.diffusion.sampler.ImageSampler;
import org.ditlab.diffusion.sampler.SampleKnobs;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.Denoiser;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.StageKind;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.train.TrainKnobs;
import org.ditlab.train.Trainer;

/**
 * Draws a trial's images from its averaged weights: {@code samples.npz} in ADM's layout and {@code samples.png}, the
 * first of them as a grid. Finished chunks are kept in {@code samples.part}, so that a cut attempt goes on after the last
 * one.
 */
public final class SampleStage implements StageRunner {
    /** The samples in the stage's directory: arr_0 bytes (N, H, W, C), arr_1 labels (N). */
    public static final String SAMPLES = "samples.npz";

    private static final String PART = "samples.part";
    private static final int GRID = 40;
    private static final int GRID_COLUMNS = 10;

    @Override
    public StageKind kind() {
        return StageKind.SAMPLE;
    }

    @Override
    public StageResult run(StageContext context) throws IOException, InterruptedException {
        Settings settings = context.settings();
        Backend backend = context.backend();
        int count = count(context);
        checkSize(settings, count);
        try (Scope root = backend.scope("sample");
                Backend.Guard guard =
                        backend.compute(settings.get(TrainKnobs.PRECISION).type())) {
            Denoiser model = TrainedModel.folded(context);
            ImageSampler sampler = new ImageSampler(backend, model, settings, context.seed(), Trainer.TIMESTEPS);
            long start = System.nanoTime();
            int drawn = draw(context, sampler, model.channels() * model.height() * model.width(), count);
            double seconds = (System.nanoTime() - start) / 1e9;
            write(context.directory(), model, sampler, count);
            return result(settings, count, drawn, seconds);
        }
    }

    /** Images of this stage: a snapshot may have fewer. */
    private static int count(StageContext context) {
        Settings settings = context.settings();
        int fewer = settings.get(SampleKnobs.SNAPSHOT_COUNT);
        return context.stage().snapshot() > 0 && fewer > 0 ? fewer : settings.get(SampleKnobs.COUNT);
    }

    /** All samples of a trial stand in one array, which holds 2 GiB; said before anything is drawn. */
    private static void checkSize(Settings settings, int count) {
        long bytes = count;
        for (int extent : settings.get(ArchitectureKnobs.INPUT)) {
            bytes *= extent;
        }
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new StudyException("sample.count = " + count + " images of this size take " + bytes
                    + " bytes, more than one file of samples holds (2 GiB); lower sample.count or data.size");
        }
    }

    /** Draws what is missing of the part file; gives the number of images drawn by this attempt. */
    private static int draw(StageContext context, ImageSampler sampler, int size, int count)
            throws IOException, InterruptedException {
        int drawn = 0;
        Path part = context.directory().resolve(PART);
        try (FileChannel file = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long chunk = (long) ImageSampler.CHUNK * size;
            long whole = Math.min(file.size() / chunk * ImageSampler.CHUNK, count);
            file.truncate(whole * size);
            file.position(whole * size);
            for (long first = whole; first < count; first += ImageSampler.CHUNK) {
                if (context.stopRequested()) {
                    throw new InterruptedException("stopped after " + first + " images");
                }
                long start = System.nanoTime();
                int wanted = (int) Math.min(ImageSampler.CHUNK, count - first);
                ByteBuffer bytes = ByteBuffer.wrap(sampler.chunk(first, wanted));
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
                file.force(false);
                drawn += wanted;
                double rate = wanted / ((System.nanoTime() - start) / 1e9);
                context.progress(first + wanted, count, "%.1f images/s".formatted(rate));
            }
        }
        return drawn;
    }

    private static void write(Path directory, Denoiser model, ImageSampler sampler, int count) throws IOException {
        Path part = directory.resolve(PART);
        byte[] planar = Files.readAllBytes(part); // (N, C, H, W)
        int channels = model.channels();
        int plane = model.height() * model.width();
        byte[] interleaved = new byte[planar.length]; // (N, H, W, C)
        for (int at = 0; at < planar.length; at += channels * plane) {
            PixelOrder.interleave(planar, at, channels, plane, interleaved, at);
        }
        long[] labels = new long[count];
        for (int i = 0; i < count; i++) {
            labels[i] = sampler.label(i);
        }
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put("arr_0", NpyArray.of(interleaved, count, model.height(), model.width(), channels));
        arrays.put("arr_1", NpyArray.of(labels, count));
        Npz.write(directory.resolve(SAMPLES), arrays);
        if (channels == 1 || channels == 3) {
            int shown = Math.min(GRID, count);
            ImageGrid.write(
                    directory.resolve("samples.png"),
                    planar,
                    shown,
                    channels,
                    model.height(),
                    model.width(),
                    GRID_COLUMNS);
        }
    }

    @Override
    public void finished(StageContext context) throws IOException {
        Files.deleteIfExists(context.directory().resolve(PART));
    }

    private static StageResult result(Settings settings, int count, int drawn, double seconds) {
        Map<String, Object> timing = new LinkedHashMap<>();
        timing.put("sample.seconds", seconds);
        if (drawn > 0) {
            timing.put("sample.images_per_second", drawn / seconds);
        }
        Map<String, Object> protocol = new LinkedHashMap<>();
        protocol.put("sampler", settings.get(SampleKnobs.SAMPLER) + " " + settings.get(SampleKnobs.STEPS));
        protocol.put("guidance", settings.get(SampleKnobs.GUIDANCE));
        protocol.put("clip", settings.get(SampleKnobs.CLIP));
        protocol.put(
                "labels",
                SampleKnobs.LABELS.to(settings.get(SampleKnobs.LABELS)).raw());
        protocol.put("samples", count);
        protocol.put("weights", "EMA " + settings.get(TrainKnobs.EMA_DECAY));
        protocol.put(
                "dtype",
                TrainKnobs.PRECISION.to(settings.get(TrainKnobs.PRECISION)).raw());
        return new StageResult(Map.of(), timing, protocol);
    }
}
