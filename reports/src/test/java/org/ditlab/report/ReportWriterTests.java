package org.ditlab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.ditlab.summary.StudyFixture;
import org.junit.jupiter.api.Test;

class ReportWriterTests {
    @Test
    void look() throws IOException {
        Path d = Path.of("/tmp/rep");
        for (String n : new String[] {"standard", "two"}) {
            long t = System.nanoTime();
            Path s = d.resolve(n);
            if (n.equals("standard")) StudyFixture.standard(s);
            if (n.equals("large")) StudyFixture.large(s, 500, 200);
            if (n.equals("two")) StudyFixture.twoProtocols(s);
            long t2 = System.nanoTime();
            assertThat(new ReportWriter().report(s)).isNotEmpty();
            System.out.println(n + " fixture " + (t2 - t) / 1e9 + " report " + (System.nanoTime() - t2) / 1e9);
        }
    }
}
