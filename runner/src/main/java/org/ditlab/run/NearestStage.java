package org.ditlab.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.data.DataSets;
import org.ditlab.data.ImageDataset;
import org.ditlab.data.ImageSet;
import org.ditlab.data.ImageSets;
import org.ditlab.data.PairGrid;
import org.ditlab.data.PixelOrder;
import org.ditlab.data.Split;
import org.ditlab.knob.Settings;
import org.ditlab.metric.NearestImages;
import org.ditlab.metric.NearestImages.Match;
import org.ditlab.metric.evaluation.MeasureKnobs;
import org.ditlab.run.estimate.Median;
import org.ditlab.store.AtomicFile;
import org.ditlab.study.plan.StageKind;
import org.ditlab.train.TrainKnobs;

/**
 * Looks for copies of training images among a trial's samples: the nearest training image of each of the first ones, and, as
 * the yardstick, of as many held-out images. Leaves {@code nearest.csv} and {@code nearest.png}; a cut attempt begins anew.
 */
public final class NearestStage implements StageRunner {
    private static final int SHOWN = 40;

    @Override
    public StageKind kind() {
        return StageKind.NEAREST;
    }

    @Override
    public StageResult run(StageContext context) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Settings settings = context.settings();
        ImageDataset train = DataSets.images(settings, context.files().data(), Split.TRAIN);
        ImageDataset test = DataSets.images(settings, context.files().data(), Split.TEST);
        int wanted = settings.get(MeasureKnobs.NEAREST);
        NearestImages nearest = new NearestImages(context.backend(), train, settings.get(TrainKnobs.FLIP));
        Path file = context.upstream(StageKind.SAMPLE).resolve(SampleStage.SAMPLES);
        try (ImageSet samples = ImageSets.open(file)) {
            int drawn = Math.min(wanted, samples.count());
            int held = Math.min(wanted, test.size());
            NearestImages.Source source = (image, out, offset) -> {
                byte[] one = new byte[train.channels() * train.height() * train.width()];
                samples.read(image, 1, one);
                System.arraycopy(one, 0, out, offset, one.length);
            };
            List<Match> ofSamples = nearest.search(
                    source,
                    drawn,
                    done -> context.progress(done, 2L << 20, "nearest images of " + drawn + " samples"),
                    context::stopRequested);
            // Spread over the held-out images, which may be sorted by class.
            List<Match> ofHeldOut = nearest.search(
                    (image, out, offset) -> test.read((int) ((long) image * test.size() / held), out, offset),
                    held,
                    done -> context.progress((1L << 20) + done, 2L << 20, "nearest images of held-out ones"),
                    context::stopRequested);
            AtomicFile.write(
                    context.directory().resolve("nearest.csv"), csv(ofSamples).getBytes(StandardCharsets.UTF_8));
            picture(context.directory().resolve("nearest.png"), source, ofSamples, train);
            return new StageResult(
                    metrics(ofSamples, ofHeldOut),
                    Map.of("nearest.seconds", (System.nanoTime() - start) / 1e9),
                    Map.of());
        }
    }

    private static Map<String, Object> metrics(List<Match> ofSamples, List<Match> ofHeldOut) {
        Map<String, Object> metrics = new LinkedHashMap<>();
        double distance = median(ofSamples);
        metrics.put("nearest.distance", distance);
        metrics.put(
                "nearest.least",
                ofSamples.stream().mapToDouble(Match::distance).min().orElseThrow());
        if (!ofHeldOut.isEmpty()) {
            double yardstick = median(ofHeldOut);
            metrics.put("nearest.heldout", yardstick);
            if (yardstick > 0) {
                metrics.put("nearest.ratio", distance / yardstick);
            }
        }
        metrics.put("nearest.samples", ofSamples.size());
        return metrics;
    }

    private static double median(List<Match> matches) {
        return Median.of(matches.stream().mapToDouble(Match::distance).toArray());
    }

    private static String csv(List<Match> matches) {
        StringBuilder text = new StringBuilder("sample,training_image,mirrored,distance\n");
        for (int i = 0; i < matches.size(); i++) {
            Match match = matches.get(i);
            text.append(i).append(',').append(match.image()).append(',');
            text.append(match.mirrored()).append(',').append(match.distance()).append('\n');
        }
        return text.toString();
    }

    /** The first samples, each with its nearest image beside it, mirrored where that is nearer. */
    private static void picture(Path path, NearestImages.Source samples, List<Match> matches, ImageDataset train)
            throws IOException {
        int shown = Math.min(SHOWN, matches.size());
        int size = train.channels() * train.height() * train.width();
        byte[] pairs = new byte[2 * shown * size];
        for (int i = 0; i < shown; i++) {
            Match match = matches.get(i);
            int right = (2 * i + 1) * size;
            samples.read(i, pairs, 2 * i * size);
            train.read(match.image(), pairs, right);
            if (match.mirrored()) {
                PixelOrder.mirror(pairs, right, size, train.width());
            }
        }
        PairGrid.write(path, pairs, shown, train.height(), train.width());
    }
}
