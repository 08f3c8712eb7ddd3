package org.ditlab.report;

import java.nio.charset.StandardCharsets;
import org.ditlab.chart.ChartPdf;

/** The text in a PDF that names what it was drawn from, for the same reason as {@link PngStamp}. */
final class PdfStamp {
    private static final int DIGITS = 64;

    private PdfStamp() {}

    /** Whether two documents are whole and carry the same stamp. */
    static boolean same(byte[] one, byte[] other) {
        String stamp = stamp(one);
        return !stamp.isEmpty() && stamp.equals(stamp(other));
    }

    /** The stamp of a whole document; empty where there is none, or the document's end is missing. */
    private static String stamp(byte[] file) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        int key = text.startsWith("%PDF-") ? text.indexOf("/" + ChartPdf.SOURCE + " (") : -1;
        int from = key + ChartPdf.SOURCE.length() + 3;
        return key < 0 || !text.stripTrailing().endsWith("%%EOF") || text.length() < from + DIGITS
                ? ""
                : text.substring(from, from + DIGITS);
    }
}
