package org.ditlab.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialResult;
import org.ditlab.store.index.StudyIndex;
import org.ditlab.summary.StudyFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Table;

class FramesTests {
    @TempDir
    private Path directory;

    @Test
    void tablesHoldWhatTheStudySays() throws IOException {
        StudyFixture.standard(directory);
        StudyResults results = StudyResults.read(directory);
        try (StudyIndex index = StudyIndex.open(directory)) {
            assertThat(index.refresh().warnings()).isEmpty();
            Frames frames = new Frames(index);
            Table trials = frames.trials();
            Table losses = frames.curves("loss");

            assertThat(trials.stringColumn("trial").asList())
                    .isEqualTo(results.trials().stream().map(TrialResult::id).toList());
            assertThat(trials.stringColumn("status").asList())
                    .isEqualTo(results.trials().stream()
                            .map(trial -> trial.status().word())
                            .toList());
            assertThat(trials.column("knob.train.steps").type()).isEqualTo(ColumnType.LONG);
            assertThat(trials.doubleColumn("result.fid").countMissing()).isEqualTo(2);
            assertThat(trials.doubleColumn("result.fid").get(0)).isEqualTo(60.8);
            assertThat(losses.columnNames()).isEqualTo(List.of("trial", "variant", "replicate", "step", "value"));
            assertThat(losses.rowCount()).isEqualTo(rows(results));
            assertThat(losses.doubleColumn("value").countMissing()).isEqualTo(1);
            assertThat(frames.query("select variant, variant, count(*) as n from trial group by variant")
                            .columnNames())
                    .isEqualTo(List.of("variant", "variant 2", "n"));
        }
    }

    private static int rows(StudyResults results) throws IOException {
        int rows = 0;
        for (TrialResult trial : results.trials()) {
            rows += trial.curve().size();
        }
        return rows;
    }
}
