package org.ditlab.store.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ditlab.store.index.StudyIndex;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvExportTests {
    private static final int VALUES = ExportFixture.TRIALS * ExportFixture.POINTS * ExportFixture.METRICS;

    @TempDir
    private Path directory;

    @Test
    void appendsWhatIsNewAndWritesAnewWhatWasResumed() throws IOException {
        ExportFixture study = new ExportFixture(directory.resolve("study"));
        Path curves = directory.resolve("csv/curves.csv");

        assertThat(export(study))
                .isEqualTo(new Exported(directory.resolve("csv").toString(), 2, VALUES));
        List<String> first = Files.readAllLines(curves);
        assertThat(first).hasSize(VALUES + 1).startsWith("trial,variant,replicate,kind,step,name,value");
        assertThat(first.get(1))
                .isEqualTo(study.trial(0).id() + ",width 64,1,train,10,loss,"
                        + study.trial(0).curve().get(0).get("loss"));
        assertThat(export(study)).extracting(Exported::trials, Exported::values).containsExactly(0, 0L);

        study.grow();
        // What a killed export leaves behind.
        Files.writeString(curves, "half a li", StandardOpenOption.APPEND);
        assertThat(export(study).values()).isEqualTo(2);
        List<String> second = Files.readAllLines(curves);
        assertThat(second.subList(0, first.size())).isEqualTo(first);
        assertThat(second).hasSize(VALUES + 3).anyMatch(line -> line.endsWith(",train,5000,loss,NaN"));

        study.resume();
        assertThat(export(study).values()).isEqualTo(VALUES + 2 - 6 + 2);
        assertThat(Files.readAllLines(curves))
                .hasSize(VALUES - 1)
                .anyMatch(line -> line.endsWith(",train,1190,loss,0.5"))
                .noneMatch(line -> line.startsWith(idOf(study)) && line.contains(",train,1190,mse,"));
        Files.delete(curves);
        assertThat(export(study).values()).isEqualTo(VALUES - 2);
    }

    @Test
    void trialsHaveAColumnForAllTheyHave() throws IOException {
        ExportFixture study = new ExportFixture(directory.resolve("study"));
        export(study);
        List<String> lines = Files.readAllLines(directory.resolve("csv/trials.csv"));

        assertThat(lines).hasSize(ExportFixture.TRIALS + 1);
        assertThat(Arrays.asList(lines.get(0).split(",")))
                .contains(
                        "trial",
                        "knob.train.steps",
                        "result.fid",
                        "timing.train.seconds",
                        "protocol.sampler",
                        "cost.macs")
                .hasSize(lines.get(1).split(",").length);
    }

    @Test
    void anotherStudysTargetIsRefused() throws IOException {
        ExportFixture study = new ExportFixture(directory.resolve("study"));
        export(study);
        try (StudyIndex index = study.index()) {
            CsvExport other = new CsvExport(index, "other", directory.resolve("csv"));
            assertThatThrownBy(other::run).isInstanceOf(StudyException.class).hasMessageContaining("--target");
        }
    }

    @Test
    void aTrialWhoseResultIsNewCountsWithoutACurve() throws IOException {
        ExportFixture study = new ExportFixture(directory.resolve("study"));
        export(study);
        study.measure(1, Map.of("fid", 0.125));

        assertThat(export(study)).extracting(Exported::trials, Exported::values).containsExactly(1, 0L);
        assertThat(Files.readString(directory.resolve("csv/trials.csv"))).contains("0.125");
    }

    @Test
    void filesThatNoExportWroteAreLeftAlone() throws IOException {
        ExportFixture study = new ExportFixture(directory.resolve("study"));
        Path own = Files.createDirectories(directory.resolve("csv")).resolve("trials.csv");
        Files.writeString(own, "my,own,table\n");

        assertThatThrownBy(() -> export(study))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("--target " + directory.resolve("csv"))
                .hasMessageContaining("trials.csv that no export wrote");
        assertThat(own).hasContent("my,own,table\n");
        assertThat(directory.resolve("csv")).isDirectoryContaining(file -> file.equals(own));
    }

    @Test
    void cellsAreQuoted() {
        assertThat(Csv.line(Arrays.asList("a,b", "say \"x\"", null, 1.5, "two\nlines")))
                .isEqualTo("\"a,b\",\"say \"\"x\"\"\",,1.5,\"two\nlines\"\n");
    }

    private static String idOf(ExportFixture study) {
        try {
            return study.trial(0).id();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Exported export(ExportFixture study) throws IOException {
        try (StudyIndex index = study.index()) {
            return new CsvExport(index, "synthetic", directory.resolve("csv")).run();
        }
    }
}
