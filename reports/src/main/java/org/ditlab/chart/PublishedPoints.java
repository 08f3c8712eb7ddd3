package org.ditlab.chart;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.summary.Protocol;
import org.ditlab.table.Figures;
import org.ditlab.table.PublishedProtocol;
import org.ditlab.table.PublishedRow;

/**
 * Rows of papers as points of a chart of cost and quality, where they can be read beside the study's own: under the papers'
 * protocol ({@link PublishedProtocol}: Inception features, 50 000 samples, ImageNet at 256 x 256) at the same guidance.
 */
final class PublishedPoints {
    private PublishedPoints() {}

    /** The points; none under a protocol that papers do not use, or over a cost that they do not print. */
    static List<PublishedPoint> of(List<PublishedRow> rows, Protocol protocol, CostAxis axis) {
        Object guidance = protocol.fields().getOrDefault("guidance", 1.0);
        List<PublishedPoint> points = new ArrayList<>();
        if (!PublishedProtocol.holds(protocol) || !(guidance instanceof Number scale)) {
            return points;
        }
        Map<String, Integer> families = new HashMap<>();
        for (PublishedRow row : rows) {
            double x = cost(row, axis);
            boolean known = x > 0 && row.fid() > 0 && row.printable();
            if (known && row.guidance() == scale.doubleValue()) {
                int family = families.computeIfAbsent(row.family(), unused -> families.size());
                String convention = convention(row, axis);
                List<String> description = new ArrayList<>(List.of(
                        row.model() + ", published",
                        axis.text(x) + ", " + row.steps() + "k steps, batch " + row.batch(),
                        "FID-50K " + Figures.significant(row.fid(), 4),
                        row.where() + ", grade " + row.grade()));
                if (!convention.isEmpty()) {
                    description.add("GMACs of " + convention);
                }
                points.add(new PublishedPoint(
                        new ScatterPoint(
                                "published-" + (points.size() + 1),
                                row.model(),
                                x,
                                row.fid(),
                                Double.NaN,
                                List.of(),
                                Style.published(family),
                                List.copyOf(description),
                                Subject.NONE),
                        convention));
            }
        }
        return points;
    }

    /** {@code U-DiT: torchprofile's}: papers count differently. */
    private static String convention(PublishedRow row, CostAxis axis) {
        return switch (axis) {
            case GMACS, TRAINING_GMACS ->
                row.source().key() + ": " + row.source().convention();
            case PARAMETERS, TIME, MEMORY -> "";
        };
    }

    private static double cost(PublishedRow row, CostAxis axis) {
        return switch (axis) {
            case GMACS -> row.gmacs();
            case TRAINING_GMACS -> 3e3 * row.batch() * row.steps() * row.gmacs();
            case PARAMETERS -> row.parameters();
            case TIME, MEMORY -> Double.NaN;
        };
    }
}
