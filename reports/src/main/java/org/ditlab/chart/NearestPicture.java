package org.ditlab.chart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ditlab.store.TrialResult;
import org.ditlab.study.plan.StageKind;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;
import org.ditlab.table.Figures;

/**
 * Samples of one trial beside the training images that they are nearest to.
 *
 * @param caption how near they are
 * @param png the picture that the stage left
 */
public record NearestPicture(String variant, String caption, byte[] png) {
    private static final int MOST = 12;

    /** One picture for each variant, of its first seed that has one; the first variants where there are many. */
    public static List<NearestPicture> of(StudySummary study) throws IOException {
        List<NearestPicture> pictures = new ArrayList<>();
        for (VariantSummary variant : study.trained()) {
            for (TrialResult trial : variant.done()) {
                Optional<Path> file = trial.file(StageKind.NEAREST, "nearest.png");
                if (file.isPresent() && pictures.size() < MOST) {
                    pictures.add(new NearestPicture(variant.name(), caption(trial), Files.readAllBytes(file.get())));
                    break;
                }
            }
        }
        return List.copyOf(pictures);
    }

    private static String caption(TrialResult trial) {
        StringBuilder text = new StringBuilder("seed " + trial.seed());
        trial.number("nearest.distance")
                .ifPresent(distance -> text.append(", median distance ").append(Figures.significant(distance)));
        trial.number("nearest.least")
                .ifPresent(distance -> text.append(", least ").append(Figures.significant(distance)));
        trial.number("nearest.heldout")
                .ifPresent(
                        distance -> text.append("; of held-out images, median ").append(Figures.significant(distance)));
        return text.toString();
    }
}
