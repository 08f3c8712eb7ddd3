package org.ditlab.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.ditlab.summary.StudyFixture;
import org.ditlab.summary.StudySummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTableTests {
    @TempDir
    Path directory;

    @Test
    void print() throws IOException {
        ComparisonTable table = ComparisonTable.of(StudySummary.read(StudyFixture.standard(directory)));
        System.out.println(MarkdownTable.write(table));
        System.out.println(CsvTable.write(table));
        System.out.println(LatexTable.write(table));
        System.out.println(LatexNumbers.write(table));
        assertThat(table.rows()).hasSize(7);
    }
}
