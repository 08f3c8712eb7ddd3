package org.ditlab.chart;

/**
 * One curve with its band; arrays are of one length.
 *
 * @param id unique in its chart, letters, digits and hyphens
 * @param label for the legend
 * @param low lower edge of the band, equal to {@code y} where there is none
 * @param high upper edge of the band
 * @param broken whether the curve ends because training diverged; it ends in a cross
 * @param description for a tooltip
 * @param subject the variant and its trials
 */
public record LineSeries(
        String id,
        String label,
        double[] x,
        double[] y,
        double[] low,
        double[] high,
        Style style,
        boolean broken,
        String description,
        Subject subject) {
    private static final int MARKED = 16;

    /** Whether its values are few enough to be marked one by one. */
    public boolean marked() {
        return x.length <= MARKED;
    }

    /** Whether the band is wider than its curve anywhere. */
    public boolean banded() {
        for (int i = 0; i < y.length; i++) {
            if (high[i] > low[i]) {
                return true;
            }
        }
        return false;
    }
}
