package org.ditlab.store.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialResult;
import org.ditlab.store.benchmark.SyntheticStudy;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.StageKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StudyIndexTests {
    private static final int TRIALS = 4;
    private static final int POINTS = 230;
    private static final int METRICS = 3;
    private static final String COUNT = "select count(*) from curve";
    private static final String LOSS = "select value from curve where trial = ? and name = 'loss' order by step";

    @TempDir
    private Path temporary;

    private Path study;

    @BeforeEach
    void write() throws IOException {
        study = temporary.resolve("a ?study#1%20");
        new SyntheticStudy(TRIALS, POINTS, METRICS).write(study);
    }

    @Test
    void holdsWhatTheFilesSay() throws IOException {
        try (StudyIndex index = StudyIndex.open(study)) {
            Refreshed built = index.refresh();

            assertThat(index.file()).isEqualTo(study.resolve(".index.sqlite"));
            assertThat(built.values()).isEqualTo(TRIALS * POINTS * METRICS);
            assertThat(built.warnings()).isEmpty();
            assertThat(number(index, COUNT)).isEqualTo(TRIALS * POINTS * METRICS);
            for (TrialResult trial : StudyResults.read(study).trials()) {
                assertThat(index.query(LOSS, trial.id()).rows())
                        .extracting(row -> row.get(0))
                        .isEqualTo(trial.curve().stream()
                                .map(row -> row.get("loss"))
                                .toList());
                assertThat(index.query("select status, variant from trial where trial = ?", trial.id())
                                .rows())
                        .containsExactly(List.of("done", trial.variant()));
                assertThat(index.query("select value from result where trial = ? and name = 'fid'", trial.id())
                                .rows())
                        .containsExactly(List.of(trial.metrics().get("fid")));
            }
            assertThat(index.query("select points, first_step, last_step from curve_end where name = 'mse'")
                            .rows())
                    .hasSize(TRIALS)
                    .allMatch(List.of((long) POINTS, 10L, 10L * POINTS)::equals);
        }
    }

    @Test
    void readsOnlyWhatIsNew() throws IOException {
        String all;
        try (StudyIndex index = StudyIndex.open(study)) {
            index.refresh();
            all = ends(index);
        }
        try (StudyIndex index = StudyIndex.open(study)) {
            assertThat(index.refresh().changed()).isFalse();
            append(log(0), "{\"step\":9000,\"loss\":0.125}\n{\"step\":9010,\"lo");
            assertThat(index.refresh().values()).isEqualTo(1);
            append(log(0), "ss\":-3.5}\n");
            assertThat(index.refresh().rows()).isEqualTo(1);
            assertThat(index.query("select last_step, last, least, points from curve_end where least < 0")
                            .rows())
                    .containsExactly(List.of(9010L, -3.5, -3.5, POINTS + 2L));
            assertThat(ends(index)).isNotEqualTo(all);
        }
    }

    @Test
    void aLogThatShrankOrWasWrittenAnewIsReadAgain() throws IOException {
        try (StudyIndex index = StudyIndex.open(study)) {
            index.refresh();
            Files.writeString(log(0), "{\"step\":1,\"loss\":7}\n");
            index.refresh();
            assertThat(index.query(LOSS, trial(0)).rows()).containsExactly(List.of(7.0));

            // Longer than before, and other from its first byte on.
            Files.writeString(log(0), "{\"step\":2,\"loss\":8.5}\n{\"step\":3,\"loss\":9.5}\n");
            index.refresh();
            assertThat(index.query(LOSS, trial(0)).rows()).containsExactly(List.of(8.5), List.of(9.5));
        }
    }

    @Test
    void whatIsDeletedGoes() throws IOException {
        try (StudyIndex index = StudyIndex.open(study)) {
            index.refresh();
            String last = trial(TRIALS - 1);
            delete(stage(1));
            JsonFile.write(study.resolve("plan.json"), Map.of("trials", hashes().subList(0, TRIALS - 1)));
            index.refresh();

            assertThat(number(index, "select count(*) from trial")).isEqualTo(TRIALS - 1);
            assertThat(number(index, "select count(*) from result where trial = '" + last + "'"))
                    .isZero();
            assertThat(number(index, COUNT)).isEqualTo((TRIALS - 2) * POINTS * METRICS);
            assertThat(number(index, "select count(distinct stage) from point")).isEqualTo(TRIALS - 1);
        }
    }

    @Test
    void aLaterAttemptReplacesWholeRows() throws IOException {
        try (StudyIndex index = StudyIndex.open(study)) {
            index.refresh();
            Path second = Files.createDirectories(stage(0).resolve("attempt-2"));
            Files.writeString(
                    second.resolve("metrics.jsonl"), "{\"step\":2290,\"loss\":0.5}\n{\"step\":2310,\"mse\":0.25}\n");
            index.refresh();
            TrialResult trial = StudyResults.read(study).trials().get(0);

            assertThat(index.query(
                                    "select step, name, value, attempt from metric where stage like 'train-' || ? || '%'"
                                            + " and step >= 2290 order by step, name",
                                    trial.id())
                            .rows())
                    .filteredOn(row -> !row.get(0).equals(2300L))
                    .containsExactly(List.of(2290L, "loss", 0.5, 2L), List.of(2310L, "mse", 0.25, 2L));
            assertThat(index.query(LOSS, trial.id()).rows())
                    .extracting(row -> row.get(0))
                    .isEqualTo(trial.curve().stream()
                            .filter(row -> row.containsKey("loss"))
                            .map(row -> row.get("loss"))
                            .toList());
            assertThat(index.query(
                                    "select last_step, points from curve_end where trial = ? and name = 'mse'",
                                    trial.id())
                            .rows())
                    .containsExactly(List.of(2310L, (long) POINTS));
        }
    }

    @Test
    void badLinesAreNamedAndPassedOver() throws IOException {
        append(log(0), "nonsense\n{\"step\":5000,\"loss\":\"NaN\"}\n{\"step\":5010,\"loss\":\"-Infinity\"}\n{}{}\n");
        append(log(0), "{\"step\":5020,\"loss\":1,\"x\":\"" + "y".repeat(MetricReader.LONGEST_LINE) + "\"}\n");
        append(log(0), "{\"step\":5030,\"loss\":4}\n");
        try (StudyIndex index = StudyIndex.open(study)) {
            List<String> warnings = index.refresh().warnings();

            assertThat(warnings).hasSize(4).first().asString().contains("metrics.jsonl:" + (POINTS + 1));
            assertThat(warnings).last().asString().contains("3 lines");
            assertThat(index.query(LOSS.replace("order", "and step >= 5000 order"), trial(0))
                            .rows())
                    .containsExactly(Arrays.asList((Object) null), List.of(Double.NEGATIVE_INFINITY), List.of(4.0));
            assertThat(index.refresh().warnings()).isEqualTo(warnings);
        }
    }

    @Test
    void whatIsNoFileIsNamed() throws IOException {
        Path log = log(0);
        Files.delete(log);
        Files.createSymbolicLink(log, Path.of("/dev/zero"));
        Files.writeString(study.resolve("trials/" + trial(1) + "/trial.json"), "{ torn");
        try (StudyIndex index = StudyIndex.open(study)) {
            assertThat(index.refresh().warnings())
                    .hasSize(2)
                    .anyMatch(text -> text.contains("no regular file"))
                    .anyMatch(text -> text.contains("no JSON object"));
            assertThat(number(index, "select count(*) from trial")).isEqualTo(TRIALS - 1);
            assertThat(number(index, "select count(*) from warning")).isEqualTo(2);
            Files.delete(log);
            assertThat(index.refresh().warnings()).hasSize(1);
        }
    }

    @Test
    void aDamagedIndexIsMadeAnew() throws IOException {
        try (StudyIndex index = StudyIndex.open(study)) {
            index.refresh();
        }
        Path file = study.resolve(".index.sqlite");
        byte[] whole = Files.readAllBytes(file);
        for (int kind = 0; kind < 4; kind++) {
            byte[] bytes = whole.clone();
            switch (kind) {
                case 0 -> bytes = "no database".repeat(2000).getBytes(StandardCharsets.US_ASCII);
                case 1 -> bytes = Arrays.copyOf(bytes, bytes.length / 2);
                case 2 -> Arrays.fill(bytes, 4096, bytes.length, (byte) 0xa5);
                default -> bytes = new byte[0];
            }
            Files.write(file, bytes);
            try (StudyIndex index = StudyIndex.open(study)) {
                index.refresh();
                assertThat(number(index, COUNT)).as("damage %s", kind).isEqualTo(TRIALS * POINTS * METRICS);
            }
        }
    }

    @Test
    void anIndexThatIsDeletedWhileOpenIsMadeAnew() throws IOException {
        try (StudyIndex index = StudyIndex.open(study)) {
            index.refresh();
            for (String name : List.of("", "-wal", "-shm")) {
                Files.deleteIfExists(study.resolve(".index.sqlite" + name));
            }
            assertThat(index.refresh().values()).isEqualTo(TRIALS * POINTS * METRICS);
            assertThat(number(index, COUNT)).isEqualTo(TRIALS * POINTS * METRICS);
        }
    }

    @Test
    void whereTheDirectoryCannotBeWrittenTheIndexLiesInTheCache() throws IOException {
        // Stands for a read-only mount: the superuser may write everywhere else.
        Files.createDirectory(study.resolve(".index.lock"));
        Path cache = temporary.resolve("cache");
        IndexPlace place = IndexPlace.of(study, Optional.of(cache), false);
        IndexPlace shared = IndexPlace.of(temporary, Optional.of(cache), true);
        IndexPlace none = IndexPlace.of(study, Optional.empty(), false);

        assertThat(place.file().getParent()).isEqualTo(cache.resolve("index"));
        assertThat(shared.file().getParent()).isEqualTo(cache.resolve("index"));
        try (StudyIndex index = StudyIndex.open(study, none)) {
            index.refresh();
            assertThat(number(index, COUNT)).isEqualTo(TRIALS * POINTS * METRICS);
        }
        assertThat(none.file().getParent()).doesNotExist();
        assertThat(study.resolve(".index.sqlite")).doesNotExist();
    }

    @Test
    void severalReadersAtOnceSeeTheSame() throws Exception {
        ExecutorService readers = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Long>> tasks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                tasks.add(() -> {
                    try (StudyIndex index = StudyIndex.open(study)) {
                        index.refresh();
                        return number(index, COUNT);
                    }
                });
            }
            for (Future<Long> seen : readers.invokeAll(tasks)) {
                assertThat(seen.get()).isEqualTo(TRIALS * POINTS * METRICS);
            }
        } finally {
            readers.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from trial",
                "with x as (select 1) delete from trial",
                "select 1; drop table trial",
                "attach database 'FILE' as other",
                "vacuum into 'FILE'",
                "pragma writable_schema = 1",
                "explain",
                "select load_extension('FILE')",
                "select writefile('FILE', 'x')",
                "select * from trails",
                "select value from result where name = ?",
                "create temp table x(y)",
                " -- nothing\n"
            })
    void whatWritesOrIsNoQueryIsRefused(String sql) throws IOException {
        Path file = temporary.resolve("written");
        try (StudyIndex index = StudyIndex.open(study)) {
            index.refresh();
            assertThatThrownBy(() -> index.query(sql.replace("FILE", file.toString())))
                    .isInstanceOf(StudyException.class)
                    .hasMessageContaining("query");
            assertThat(number(index, "select count(*) from trial")).isEqualTo(TRIALS);
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void theReadersConnectionItselfCannotWrite() throws Exception {
        try (StudyIndex index = StudyIndex.open(study)) {
            index.refresh();
        }
        Path written = temporary.resolve("written");
        IndexPlace place = IndexPlace.of(study, Optional.empty(), false);
        try (IndexFile file = IndexFile.open(place);
                java.sql.Statement statement = file.reader().createStatement()) {
            for (String sql : List.of(
                    "attach database '" + written + "' as other",
                    "vacuum into '" + written + "'",
                    "delete from trial",
                    "select load_extension('libc.so.6')")) {
                assertThatThrownBy(() -> statement.execute(sql)).as(sql).isInstanceOf(java.sql.SQLException.class);
            }
            statement.execute("pragma query_only = off");
            assertThatThrownBy(() -> statement.execute("delete from trial")).isInstanceOf(java.sql.SQLException.class);
        }
        assertThat(written).doesNotExist();
    }

    @Test
    void theSchemaIsDescribed() throws IOException {
        try (StudyIndex index = StudyIndex.open(study)) {
            for (IndexTable table : IndexSchema.tables()) {
                assertThat(index.query("select * from " + table.name() + " limit 0")
                                .columns())
                        .as(table.name())
                        .isEqualTo(
                                table.columns().stream().map(IndexColumn::name).toList());
            }
        }
    }

    private String ends(StudyIndex index) throws IOException {
        return index.query("select * from curve_end order by trial, name")
                .rows()
                .toString();
    }

    private List<String> hashes() throws IOException {
        return StudyResults.read(study).trials().stream().map(TrialResult::hash).toList();
    }

    private String trial(int i) throws IOException {
        return hashes().get(i).substring(0, 12);
    }

    private Path stage(int i) throws IOException {
        return StudyResults.read(study)
                .trials()
                .get(i)
                .stage(StageKind.TRAIN)
                .orElseThrow()
                .directory()
                .path();
    }

    private Path log(int i) throws IOException {
        return stage(i).resolve("attempt-1/metrics.jsonl");
    }

    private static long number(StudyIndex index, String sql) throws IOException {
        return (Long) index.query(sql).rows().get(0).get(0);
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
