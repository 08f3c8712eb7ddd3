package org.ditlab.chart;

import java.awt.Font;
import java.awt.font.FontRenderContext;

/** The letters of pictures. */
final class Typeface {
    private static final FontRenderContext EXACT = new FontRenderContext(null, true, true);

    private Typeface() {}

    static Font font(int style, double size) {
        return new Font(Font.SANS_SERIF, style, 1).deriveFont((float) size);
    }

    /** How wide a text is drawn. */
    static double width(String text, double size) {
        return font(Font.PLAIN, size).getStringBounds(text, EXACT).getWidth();
    }
}
