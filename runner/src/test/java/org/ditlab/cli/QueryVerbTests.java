package org.ditlab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ditlab.store.benchmark.SyntheticStudy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryVerbTests {
    @TempDir
    private Path directory;

    private String study;

    @BeforeEach
    void write() throws IOException {
        study = directory.resolve("synthetic").toString();
        new SyntheticStudy(2, 30, 2).write(Path.of(study));
    }

    @Test
    void rowsComeAsTableCsvAndJson() {
        String sql = "select variant, replicate, last, note from curve_end join trial using (trial, variant, replicate)"
                + " where name = 'loss' order by replicate";
        MainTests.Output text = ditlab("query", study, sql);
        MainTests.Output csv = ditlab("query", study, sql, "--format", "csv");
        MainTests.Output json = ditlab("query", study, sql, "--format", "json");

        assertThat(text.code()).isZero();
        assertThat(text.out().lines()).hasSize(5).last().asString().isEqualTo("(2 rows)");
        assertThat(text.out()).startsWith("variant   replicate      last  note");
        assertThat(csv.out())
                .startsWith("variant,replicate,last,note\nwidth 64,1,0.2756")
                .hasLineCount(3);
        assertThat(json.out())
                .startsWith("[\n{\"variant\":\"width 64\",\"replicate\":1,\"last\":0.2756")
                .endsWith("}\n]\n");
    }

    @Test
    void withoutAQueryThereAreExamplesThatWork() throws IOException {
        String study = directory.resolve("wide and narrow").toString();
        new SyntheticStudy(6, 30, 2).write(Path.of(study));
        MainTests.Output output = ditlab("query", study);

        assertThat(output.code()).isZero();
        assertThat(output.out().lines().filter(line -> line.startsWith("ditlab query") && !line.contains("--schema")))
                .hasSize(6)
                .allSatisfy(line -> {
                    String sql = line.substring(line.indexOf('"') + 1, line.length() - 1);
                    assertThat(sql).doesNotContainPattern("[\"$`!\\\\]");
                    MainTests.Output rows = ditlab("query", study, sql, "--format", "csv");
                    assertThat(rows.code()).as(sql).isZero();
                    assertThat(rows.out().lines().count()).as(sql).isGreaterThan(1);
                });
        assertThat(ditlab("query", study, "--schema").out()).contains("curve_end", "NULL where it was not a number");
    }

    @Test
    void aQueryThatTakesTooLongIsEnded() {
        String endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";
        MainTests.Output output = ditlab("query", study, endless, "--timeout", "0.2");

        assertThat(output.code()).isEqualTo(2);
        assertThat(output.err())
                .contains("taken longer than it may", "--timeout")
                .hasLineCount(1);
        assertThat(ditlab("query", study, "select 1 as one", "--timeout", "0").code())
                .isEqualTo(2);
    }

    @Test
    void mistakesAreBadInput() throws IOException {
        for (String sql : new String[] {"select * from trails", "drop table trial", "select 1; select 2", ""}) {
            MainTests.Output output = ditlab("query", study, sql);
            assertThat(output.code()).as(sql).isEqualTo(2);
            assertThat(output.out()).isEmpty();
            assertThat(output.err()).startsWith("ditlab: the query").hasLineCount(1);
        }
        assertThat(ditlab("query", directory.resolve("none").toString(), "select 1")
                        .code())
                .isEqualTo(2);
        Files.writeString(Path.of(study, ".index.sqlite"), "damaged".repeat(5000));
        assertThat(ditlab("query", study, "select count(*) as n from curve", "--format", "csv")
                        .out())
                .isEqualTo("n\n120\n");
    }

    @Test
    void exportsGoBesideTheStudyOrWhereTheyAreTold() {
        assertThat(ditlab("export", study, "--to", "csv").out()).contains("2 trials", "120 logged values");
        assertThat(ditlab("export", study, "--to", "csv").out()).contains("0 trials", "0 logged values");
        assertThat(Path.of(study, "export/csv/trials.csv")).exists();
        Path target = directory.resolve("tb");
        assertThat(ditlab("export", study, "--to", "tensorboard", "--target", target.toString())
                        .code())
                .isZero();
        assertThat(target).isNotEmptyDirectory();
        for (String[] bad : new String[][] {
            {"--to", "mlflow", "--target", "somewhere"}, {"--to", "csv", "--target", "http://x"}, {"--target", "x"}
        }) {
            MainTests.Output output = bad.length == 2
                    ? ditlab("export", study, bad[0], bad[1])
                    : ditlab("export", study, bad[0], bad[1], bad[2], bad[3]);
            assertThat(output.code()).isEqualTo(2);
            assertThat(output.err()).contains("--target");
        }
    }

    private static MainTests.Output ditlab(String... arguments) {
        return MainTests.ditlab(arguments);
    }
}
