package org.ditlab.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ditlab.diffusion.sampler.GuidanceChannels;
import org.ditlab.diffusion.sampler.ImageSampler;
import org.ditlab.diffusion.sampler.SampleKnobs;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.Denoiser;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.StageKind;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.train.Modes;
import org.ditlab.train.TrainKnobs;

/**
 * Draws a trial's images from its averaged weights, or those that {@code sample.weights} says: {@code samples.npz} in ADM's layout and {@code samples.png}, the
 * first of them as a grid. Finished chunks are kept in {@code samples.part}, so that a cut attempt goes on after the last
 * one.
 */
public final class SampleStage implements StageRunner {
    /** The samples in the stage's directory: arr_0 bytes (N, H, W, C), arr_1 labels (N). */
    public static final String SAMPLES = "samples.npz";

    private static final String PART = "samples.part";

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
                Modes modes = new Modes(backend, settings)) {
            Denoiser model = TrainedModel.folded(context, settings.get(TrainKnobs.SAMPLED));
            ImageSampler sampler = new ImageSampler(backend, model, settings, context.seed());
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
                context.progress(first + wanted, count, null, rate);
            }
        }
        return drawn;
    }

    private static void write(Path directory, Denoiser model, ImageSampler sampler, int count) throws IOException {
        Path part = directory.resolve(PART);
        byte[] planar = Files.readAllBytes(part); // (N, C, H, W)
        SampleFiles.write(
                directory.resolve(SAMPLES),
                directory.resolve("samples.png"),
                planar,
                sampler.labels(count),
                model.channels(),
                model.height(),
                model.width());
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
        double eta = settings.get(SampleKnobs.ETA);
        protocol.put(
                "sampler",
                settings.get(SampleKnobs.SAMPLER) + " " + settings.get(SampleKnobs.STEPS)
                        + (eta == 0 ? "" : " eta " + eta));
        protocol.put("guidance", settings.get(SampleKnobs.GUIDANCE));
        if (settings.get(SampleKnobs.GUIDANCE_CHANNELS) != GuidanceChannels.ALL) {
            protocol.put(
                    "guidance-channels",
                    SampleKnobs.GUIDANCE_CHANNELS
                            .to(settings.get(SampleKnobs.GUIDANCE_CHANNELS))
                            .raw());
        }
        protocol.put("clip", settings.get(SampleKnobs.CLIP));
        protocol.put(
                "labels",
                SampleKnobs.LABELS.to(settings.get(SampleKnobs.LABELS)).raw());
        protocol.put("samples", count);
        protocol.put("weights", settings.get(TrainKnobs.SAMPLED).described(settings));
        protocol.put(
                "dtype",
                TrainKnobs.PRECISION.to(settings.get(TrainKnobs.PRECISION)).raw());
        return new StageResult(Map.of(), timing, protocol);
    }
}
