package org.ditlab.chart;

import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.font.FontRenderContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.pdfbox.pdmodel.PDDocument;

/**
 * The letters of pictures: Liberation Sans, which PDFBox brings along, so that pictures are laid out alike on every machine, and a
 * PDF carries the letters that it uses. Text in scripts that it lacks is set in what the machine has.
 */
final class Typeface {
    private static final String RESOURCE = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";
    private static final FontRenderContext EXACT = new FontRenderContext(null, true, true);
    private static final Font REGULAR = read();

    private Typeface() {}

    /** The letters for a picture. */
    static Font font(int style, double size) {
        return REGULAR.deriveFont(style, (float) size);
    }

    /** The letters for a text. */
    static Font font(String text, int style, double size) {
        Font font = font(style, size);
        return font.canDisplayUpTo(text) < 0 ? font : new Font(Font.SANS_SERIF, style, 1).deriveFont((float) size);
    }

    /** How wide a text is drawn. */
    static double width(String text, double size) {
        return font(text, Font.PLAIN, size).getStringBounds(text, EXACT).getWidth();
    }

    /** The letters' file. */
    static InputStream open() {
        InputStream in = PDDocument.class.getResourceAsStream(RESOURCE);
        if (in == null) {
            throw new IllegalStateException("PDFBox lacks " + RESOURCE);
        }
        return in;
    }

    /** Whether a font is this one, of whatever size. */
    static boolean is(Font font) {
        return font.getFontName().equals(REGULAR.getFontName());
    }

    private static Font read() {
        try (InputStream in = open()) {
            return Font.createFont(Font.TRUETYPE_FONT, in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (FontFormatException e) {
            throw new IllegalStateException(e);
        }
    }
}
