package org.ditlab.chart;

import java.util.List;

/**
 * How one variant is drawn in every chart: colour, shape and dashes, so that it is known again in grey.
 *
 * <p>Colours are those of Okabe and Ito (Color Universal Design, 2008), which people with any colour vision tell apart;
 * black and yellow are left out, because one vanishes on dark paper and the other on white.
 *
 * @param colour {@code #0072B2}
 * @param dashes lengths of strokes and gaps; empty for a solid line
 * @param hollow whether its mark shows the paper within: a value that this study did not measure
 */
public record Style(String colour, Marker marker, List<Integer> dashes, boolean hollow) {
    private static final List<String> COLOURS =
            List.of("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9");
    private static final List<List<Integer>> DASHES =
            List.of(List.of(), List.of(7, 3), List.of(2, 2), List.of(9, 3, 2, 3));

    /** The style of the variant with this index; the first 30 differ in colour or shape. */
    public static Style of(int index) {
        Marker[] markers = Marker.values();
        return new Style(
                COLOURS.get(index % COLOURS.size()),
                markers[index % markers.length],
                DASHES.get(index % DASHES.size()),
                false);
    }

    /** The style of a published value: grey and hollow, one shape for each family of models. */
    public static Style published(int family) {
        Marker[] markers = Marker.values();
        return new Style(Svg.FAINT, markers[family % markers.length], List.of(), true);
    }
}
