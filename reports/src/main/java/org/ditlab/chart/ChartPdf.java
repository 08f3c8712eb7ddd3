package org.ditlab.chart;

import de.rototor.pdfbox.graphics2d.PdfBoxGraphics2D;
import de.rototor.pdfbox.graphics2d.PdfBoxGraphics2DFontTextDrawer;
import java.awt.Font;
import java.awt.FontFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdfwriter.compress.CompressParameters;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.jspecify.annotations.Nullable;

/**
 * A chart as a page of PDF, one point of it to a pixel of the SVG: real text in an embedded font, so that it can be searched,
 * copied and set beside a paper's. The same chart gives the same bytes.
 */
public final class ChartPdf {
    private ChartPdf() {}

    /** @param source kept in the document, to tell later what it was drawn from */
    public static byte[] write(Chart chart, String source) throws IOException {
        Frame frame = Drawing.frame(chart);
        float width = (float) frame.width();
        float height = (float) frame.height();
        try (PDDocument document = new PDDocument();
                InputStream letters = Typeface.open()) {
            PDPage page = new PDPage(new PDRectangle(width, height));
            document.addPage(page);
            // The identifier would otherwise be made of the clock.
            document.setDocumentId((long) source.hashCode());
            document.getDocumentInformation().setTitle(chart.title());
            document.getDocumentInformation().setSubject(chart.subtitle());
            document.getDocumentInformation().setCustomMetadataValue(SOURCE, source);
            document.getDocumentCatalog().getCOSObject().setString(COSName.LANG, "en");
            PDFont font = PDType0Font.load(document, letters, true);
            PdfBoxGraphics2D graphics = new PdfBoxGraphics2D(document, width, height);
            graphics.setFontTextDrawer(new Letters(font));
            Drawing.draw(chart, frame, new PaintedPen(graphics));
            graphics.dispose();
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                content.drawForm(graphics.getXFormObject());
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            document.save(bytes, CompressParameters.NO_COMPRESSION);
            return bytes.toByteArray();
        }
    }

    /** The key of a document's information under which its source stands. */
    public static final String SOURCE = "ditlab-source";

    /** Sets text in the one font that the document carries; what that lacks is drawn as outlines. */
    private static final class Letters extends PdfBoxGraphics2DFontTextDrawer {
        private final PDFont font;

        Letters(PDFont font) {
            this.font = font;
        }

        @Override
        protected @Nullable PDFont mapFont(Font asked, IFontTextDrawerEnv environment)
                throws IOException, FontFormatException {
            return Typeface.is(asked) ? font : null;
        }
    }
}
