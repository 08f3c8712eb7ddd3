package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ditlab.command.Verb;
import org.ditlab.data.DataKnobs;
import org.ditlab.diffusion.sampler.ImageSampler;
import org.ditlab.diffusion.sampler.SampleKnobs;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelCost;
import org.ditlab.run.ProgressDisplay;
import org.ditlab.run.SampleFiles;
import org.ditlab.run.StopSignal;
import org.ditlab.run.TrainedModel;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.train.Modes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ditlab sample}: images of a study's trial, or of a model with weights from a file. */
@Command(
        name = "sample",
        description = "Draw images from a study's trained variant, or from a model with weights from a file.",
        mixinStandardHelpOptions = true)
public final class SampleVerb implements Verb {
    private static final Duration GRACE = Duration.ofSeconds(30);

    /** A pass of a model from a file holds as many images as cost about so many multiply-accumulates. */
    private static final double PASS_MACS = 256e9;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SampledModel source;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the study's trial, and of the noise. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--count", paramLabel = "N", defaultValue = "8", description = "Images. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(
            names = "--labels",
            paramLabel = "207,360",
            split = ",",
            description = "Classes that the images are asked for, in turn. Default: as sample.labels has it.")
    private int[] labels = new int[0];

    @Option(
            names = "--sampler",
            paramLabel = "NAME",
            description = "ddpm, ddim, dpm++, euler or heun. Default: the study's, else ddpm.")
    private @Nullable String sampler;

    @Option(names = "--steps", paramLabel = "N", description = "Sampling steps. Default: the study's, else 250.")
    private @Nullable String steps;

    @Option(names = "--eta", paramLabel = "X", description = "Noise of ddim, 0 to 1. Default: the study's, else 0.")
    private @Nullable String eta;

    @Option(names = "--guidance", paramLabel = "X", description = "Scale of guidance. Default: the study's, else 1.")
    private @Nullable String guidance;

    @Option(
            names = "--guidance-channels",
            paramLabel = "all|first-three",
            description = "Channels that guidance moves. Default: the study's, else all.")
    private @Nullable String channels;

    @Option(
            names = "--clip",
            paramLabel = "true|false",
            description = "Limit predicted images to [-1, 1]. Default: the study's, else false.")
    private @Nullable String clip;

    @Option(
            names = "--out",
            paramLabel = "DIR|FILE.npz",
            defaultValue = "samples.npz",
            description = "Where images go: a folder for samples.npz and samples.png, or the .npz, the grid beside it."
                    + " Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Mixin
    private ComputeOptions compute;

    @Override
    public Integer call() throws IOException {
        StopSignal stop = StopSignal.ofThisProcess(GRACE);
        try {
            return run(stop);
        } finally {
            stop.finished();
        }
    }

    private int run(StopSignal stop) throws IOException {
        if (count < 1 || compute.threads() < 1) {
            throw new StudyException("--count and --threads must be at least 1");
        }
        List<Setting<?>> said = said();
        SampledModel.Found found = source.find(seed);
        Settings settings = found.settings().with(said);
        checkAgainst(settings, said);
        checkSize(settings);
        Path npz = target();
        try (Backend open = compute.open();
                Scope root = open.scope("sample");
                Modes modes = new Modes(open, settings);
                ProgressDisplay display = RunVerb.display("sample")) {
            Denoiser model = load(open, settings, found);
            ImageSampler drawing =
                    new ImageSampler(open, model, settings, seed).asking(labels).inChunksOf(pass(found));
            float[] values = draw(drawing, model, display, stop);
            if (values.length == 0) {
                display.message("ditlab: stopped; nothing was written");
                return StopSignal.INTERRUPTED;
            }
            write(npz, values, drawing.labels(count), model, settings, display);
            return 0;
        }
    }

    /** The options as settings. */
    private List<Setting<?>> said() {
        List<Setting<?>> said = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        SampledModel.read(SampleKnobs.SAMPLER, "--sampler", sampler, said, problems);
        SampledModel.read(SampleKnobs.STEPS, "--steps", steps, said, problems);
        SampledModel.read(SampleKnobs.ETA, "--eta", eta, said, problems);
        SampledModel.read(SampleKnobs.GUIDANCE, "--guidance", guidance, said, problems);
        SampledModel.read(SampleKnobs.GUIDANCE_CHANNELS, "--guidance-channels", channels, said, problems);
        SampledModel.read(SampleKnobs.CLIP, "--clip", clip, said, problems);
        if (!problems.isEmpty()) {
            throw new StudyException(problems);
        }
        return said;
    }

    private void checkAgainst(Settings settings, List<Setting<?>> said) {
        List<String> problems = new ArrayList<>();
        for (Setting<?> setting : said) {
            Knob<?> knob = setting.knob();
            knob.unmet(settings).forEach(unmet -> problems.add(knob.name() + " requires " + unmet.text()));
        }
        int classes = settings.get(ArchitectureKnobs.CLASSES);
        Arrays.stream(labels)
                .filter(label -> label < 0 || label >= classes)
                .forEach(label -> problems.add("--labels " + label + ": expected a class from 0 to " + (classes - 1)));
        if (settings.get(SampleKnobs.GUIDANCE) != 1 && settings.get(ArchitectureKnobs.CLASS_DROPOUT) == 0) {
            problems.add("guidance is " + settings.get(SampleKnobs.GUIDANCE)
                    + " but class-dropout is 0, so the model has no null class; set guidance to 1");
        }
        if (!problems.isEmpty()) {
            throw new StudyException(problems);
        }
    }

    /** All images stand in one array, which holds 2 GiB. */
    private void checkSize(Settings settings) {
        long bytes = 4L * count;
        for (int extent : settings.get(ArchitectureKnobs.INPUT)) {
            bytes *= extent;
        }
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new StudyException("--count " + count + ": images of this size take " + bytes
                    + " bytes, more than is held at once (2 GiB); draw fewer, or run a study");
        }
    }

    private Path target() throws IOException {
        if (out.toString().endsWith(".npz")) {
            OutputFile.check("--out", out, out.resolveSibling(out.getFileName() + ".none"));
            return out;
        }
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw new StudyException("--out " + out + ": no folder can be made there: " + StudyDirectory.reason(e)
                    + "; give another place");
        }
        return out.resolve("samples.npz");
    }

    private static Denoiser load(Backend open, Settings settings, SampledModel.Found found) {
        try {
            return TrainedModel.folded(open, settings, found.weights());
        } catch (IllegalArgumentException e) {
            throw new StudyException(found.shown() + ": " + e.getMessage()
                    + "\n`ditlab weights FILE` says which models weights are for");
        }
    }

    /** Never a matter of how many are asked for, so that an image is the same to the bit; a study's as in its own samples. */
    private static int pass(SampledModel.Found found) {
        if (found.study()) {
            return ImageSampler.CHUNK;
        }
        double images = PASS_MACS / ModelCost.of(found.settings()).macs();
        return Integer.highestOneBit((int) Math.max(1, Math.min(ImageSampler.CHUNK, images)));
    }

    /** All images, (N, C, H, W); nothing when it is to stop. */
    private float[] draw(ImageSampler drawing, Denoiser model, ProgressDisplay display, StopSignal stop) {
        int size = model.channels() * model.height() * model.width();
        float[] values = new float[count * size];
        long begin = System.nanoTime();
        for (int first = 0; first < count; first += drawing.size()) {
            display.update((double) first / count, remaining(begin, first), "image " + first + "/" + count);
            int wanted = Math.min(drawing.size(), count - first);
            float[] some = drawing.values(first, wanted);
            System.arraycopy(some, 0, values, first * size, some.length);
            if (stop.requested()) {
                return new float[0];
            }
        }
        return values;
    }

    private Optional<Duration> remaining(long begin, int done) {
        return done == 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos((System.nanoTime() - begin) / done * (count - done)));
    }

    private void write(
            Path npz, float[] values, long[] classes, Denoiser model, Settings settings, ProgressDisplay display)
            throws IOException {
        PrintWriter lines = spec.commandLine().getOut();
        boolean latent = !SampleFiles.shown(model.channels())
                || settings.get(DataKnobs.SET).equals("latents");
        if (latent) {
            SampleFiles.writeLatents(npz, values, classes, model.channels(), model.height(), model.width());
            display.message("ditlab: these are latents, float32 (N, C, H, W) as the model makes them; an autoencoder's"
                    + " decoder makes images of them (DiT divides by 0.18215 before)");
        } else {
            String name = npz.getFileName().toString();
            Path png = npz.resolveSibling(name.substring(0, name.length() - ".npz".length()) + ".png");
            byte[] bytes = ImageSampler.bytes(values);
            SampleFiles.write(npz, png, bytes, classes, model.channels(), model.height(), model.width());
            if (count > SampleFiles.GRID && SampleFiles.shown(model.channels())) {
                display.message("ditlab: " + png.getFileName() + " shows the first " + SampleFiles.GRID + " of " + count
                        + " images; " + npz.getFileName() + " has all");
            }
            lines.println(png);
        }
        lines.println(npz);
        lines.flush();
    }
}
