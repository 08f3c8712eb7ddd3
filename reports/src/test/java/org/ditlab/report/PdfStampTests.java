package org.ditlab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.ditlab.chart.Axis;
import org.ditlab.chart.BarChart;
import org.ditlab.chart.Chart;
import org.ditlab.chart.ChartPdf;
import org.junit.jupiter.api.Test;

class PdfStampTests {
    private static byte[] document(String title, String source) throws IOException {
        Chart chart = new BarChart("a", title, "b", Axis.fitting("c", 0, 1), List.of(), List.of(), false);
        return ChartPdf.write(chart, PngStamp.digest(source));
    }

    @Test
    void theSourceDecidesNotTheDrawing() throws IOException {
        byte[] one = document("one", "<svg>1</svg>");
        assertThat(PdfStamp.same(one, document("two", "<svg>1</svg>"))).isTrue();
        assertThat(PdfStamp.same(one, document("one", "<svg>2</svg>"))).isFalse();
    }

    @Test
    void aCutDocumentIsNotTheSame() throws IOException {
        byte[] whole = document("one", "<svg/>");
        assertThat(PdfStamp.same(Arrays.copyOf(whole, whole.length - 9), whole)).isFalse();
    }

    @Test
    void whatIsNotStampedIsNotTheSame() throws IOException {
        byte[] cut = "%PDF-1.6 /ditlab-source (12".getBytes(StandardCharsets.US_ASCII);
        assertThat(PdfStamp.same(cut, cut)).isFalse();
        assertThat(PdfStamp.same(new byte[0], document("one", ""))).isFalse();
        byte[] text = "/ditlab-source (".getBytes(StandardCharsets.US_ASCII);
        assertThat(PdfStamp.same(text, text)).isFalse();
    }
}
