package org.ditlab.chart;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ditlab.store.TrialResult;
import org.ditlab.store.TrialStatus;
import org.ditlab.study.plan.StageKind;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;

/**
 * Samples of all variants, one row each: what stands in one column was drawn with the same class and, where the images have one
 * size, from the same noise.
 *
 * @param strips one per variant
 * @param replicate whose samples are shown
 * @param left variants that are not shown, for want of room or of samples
 */
public record SampleGrid(List<SampleStrip> strips, int replicate, int left) {
    private static final int COLUMNS = 12;
    private static final int ROWS = 40;
    private static final int GAP = 6;
    private static final int HEAD = 16;
    /** Large images are shown in fewer columns, so that the page stays small. */
    private static final long PIXELS = 4_000_000;

    private static final int FEWEST_COLUMNS = 4;

    /** The first samples of the first replicate of each variant; empty where there are none yet. */
    public static Optional<SampleGrid> of(StudySummary study) throws IOException {
        int replicate =
                study.trials().stream().mapToInt(TrialResult::replicate).min().orElse(1);
        List<SampleStrip> strips = new ArrayList<>();
        int left = 0;
        for (VariantSummary variant : study.variants()) {
            Optional<Path> samples = variant.trials().stream()
                    .filter(trial -> trial.replicate() == replicate && trial.status() == TrialStatus.DONE)
                    .flatMap(trial -> trial.file(StageKind.SAMPLE, "samples.npz").stream())
                    .findFirst();
            if (samples.isPresent() && strips.size() < ROWS) {
                strips.add(SampleStrip.read(variant.name(), samples.get(), COLUMNS));
            } else {
                left++;
            }
        }
        if (strips.isEmpty()) {
            return Optional.empty();
        }
        int largest = strips.stream().mapToInt(SampleStrip::side).max().orElseThrow();
        long fitting = PIXELS / ((long) strips.size() * largest * largest);
        int columns = (int) Math.max(FEWEST_COLUMNS, Math.min(COLUMNS, fitting));
        strips.replaceAll(strip -> strip.first(columns));
        return Optional.of(new SampleGrid(List.copyOf(strips), replicate, left));
    }

    /** Whether every column holds one class. */
    public boolean sameClasses() {
        return strips.stream().map(SampleStrip::labels).distinct().count() == 1;
    }

    /** What is shown, in sentences. */
    public String caption() {
        boolean oneSize = strips.stream().map(SampleStrip::side).distinct().count() == 1;
        String column = sameClasses()
                ? "One column: the same class" + (oneSize ? " and the same noise." : "; image sizes differ.")
                : "The variants were asked for different classes: columns do not correspond.";
        String classes = sameClasses() && !strips.get(0).labels().isEmpty()
                ? " Classes: "
                        + String.join(
                                ", ",
                                strips.get(0).labels().stream()
                                        .map(String::valueOf)
                                        .toList()) + "."
                : "";
        return "The first " + strips.get(0).count() + " samples of replicate " + replicate
                + " of each variant, not selected. " + column + classes
                + (left == 0 ? "" : " " + left + (left == 1 ? " variant is" : " variants are") + " not shown.");
    }

    /** The rows with their names to the left, and where a column has one class, the class above it. */
    public byte[] png() throws IOException {
        List<BufferedImage> pictures = strips.stream().map(SampleStrip::picture).toList();
        Font font = Typeface.font(Font.PLAIN, 14);
        int names = 20
                + strips.stream()
                        .mapToInt(strip -> width(strip.variant(), font))
                        .max()
                        .orElseThrow();
        int wide = pictures.stream().mapToInt(BufferedImage::getWidth).max().orElseThrow();
        int high =
                pictures.stream().mapToInt(picture -> picture.getHeight() + GAP).sum();
        boolean classes = columnsOfOneClass();
        int head = classes ? HEAD : 0;
        BufferedImage image = new BufferedImage(names + wide + 10, head + high + 10, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.setColor(Color.decode(Svg.INK));
        graphics.setFont(font);
        if (classes) {
            classes(graphics, names);
            graphics.setFont(font);
        }
        int top = 8 + head;
        for (int row = 0; row < pictures.size(); row++) {
            BufferedImage picture = pictures.get(row);
            graphics.drawString(strips.get(row).variant(), 10, top + picture.getHeight() / 2 + 5);
            graphics.drawImage(picture, names, top, null);
            top += picture.getHeight() + GAP;
        }
        graphics.dispose();
        return ChartPng.encoded(image);
    }

    /** Whether all rows have the same classes, which they say, in columns of one width. */
    private boolean columnsOfOneClass() {
        return sameClasses()
                && !strips.get(0).labels().isEmpty()
                && strips.stream()
                                .map(strip -> strip.side() * strip.scale())
                                .distinct()
                                .count()
                        == 1;
    }

    private void classes(Graphics2D graphics, int left) {
        graphics.setFont(Typeface.font(Font.PLAIN, 11));
        SampleStrip first = strips.get(0);
        int wide = first.side() * first.scale();
        for (int column = 0; column < first.labels().size(); column++) {
            String label = "class " + first.labels().get(column);
            double middle = left + column * (wide + 2) + wide / 2.0;
            graphics.drawString(label, (float) (middle - Typeface.width(label, 11) / 2), HEAD);
        }
    }

    /** One row without its name. */
    public static byte[] png(SampleStrip strip) throws IOException {
        return ChartPng.encoded(strip.picture());
    }

    private static int width(String text, Font font) {
        Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        FontMetrics metrics = graphics.getFontMetrics(font);
        int width = metrics.stringWidth(text);
        graphics.dispose();
        return width;
    }
}
