package org.ditlab.chart;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
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
    private static final int WIDTH = 760;
    private static final int HEAD = 34;
    private static final int GAP = 10;

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

    /** All pictures below each other, each under its variant's name and caption. */
    public static byte[] png(List<NearestPicture> pictures) throws IOException {
        List<BufferedImage> images = new ArrayList<>();
        for (NearestPicture picture : pictures) {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture.png));
            if (image == null) {
                throw new IOException("the picture of nearest images of " + picture.variant
                        + " is no PNG; delete the stage nearest-* of its trial and run the study again");
            }
            images.add(image);
        }
        int wide = images.stream().mapToInt(BufferedImage::getWidth).max().orElseThrow();
        int high = images.stream().mapToInt(image -> image.getHeight() + HEAD).sum();
        BufferedImage all = new BufferedImage(Math.max(WIDTH, wide + 2 * GAP), high + GAP, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = all.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, all.getWidth(), all.getHeight());
        graphics.setColor(Color.decode(Svg.INK));
        graphics.setFont(Typeface.font(Font.PLAIN, 14));
        int top = 0;
        for (int i = 0; i < images.size(); i++) {
            String line = pictures.get(i).variant + ": " + pictures.get(i).caption;
            graphics.drawString(Svg.shortened(line, all.getWidth() - 2 * GAP, 14), GAP, top + HEAD - GAP);
            graphics.drawImage(images.get(i), GAP, top + HEAD, null);
            top += HEAD + images.get(i).getHeight();
        }
        graphics.dispose();
        return ChartPng.encoded(all);
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
