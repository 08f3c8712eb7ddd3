package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ditlab.command.Verb;
import org.ditlab.store.RunCommand;
import org.ditlab.store.index.IndexColumn;
import org.ditlab.store.index.IndexSchema;
import org.ditlab.store.index.IndexTable;
import org.ditlab.store.index.QueryRows;
import org.ditlab.store.index.StudyIndex;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ditlab query STUDY "select ..."}: SQL over a study. */
@Command(
        name = "query",
        description = "Ask a study in SQL. Without a query: some to begin with.",
        mixinStandardHelpOptions = true)
public final class QueryVerb implements Verb {
    private static final int TEXT_ROWS = 1000;
    private static final double MOST_SECONDS = 1e6;
    /** None has a character that a shell reads inside double quotes. */
    private static final Map<String, String> EXAMPLES = Map.ofEntries(
            Map.entry("1 where the trials stand", "select status, count(*) as trials from trial group by status"),
            Map.entry(
                    "2 FID by variant",
                    "select t.variant, count(*) as seeds, avg(r.value) as fid from trial t join result r using (trial)"
                            + " where r.name = 'fid' group by t.variant order by fid"),
            Map.entry(
                    "3 the last loss of every trial",
                    "select variant, replicate, last_step, last, least from curve_end where kind = 'train' and name ="
                            + " 'loss' order by last"),
            Map.entry(
                    "4 every tenth point of the loss curves",
                    "select variant, replicate, step, value from (select *, row_number() over (partition by trial order"
                            + " by step) as n from curve where kind = 'train' and name = 'loss') where n % 10 = 1"),
            Map.entry(
                    "5 the knobs in which trials differ",
                    "select name, count(distinct value) as n, group_concat(distinct value) as chosen from knob group"
                            + " by name having n > 1"),
            Map.entry(
                    "6 how long training took, and where",
                    "select t.variant, t.replicate, g.value as seconds, a.host from trial t join timing g using (trial)"
                            + " join trial_stage s using (trial) join attempt a using (stage) where g.name ="
                            + " 'train.seconds' and s.stage like 'train-%'"));

    @Spec
    private CommandSpec spec;

    @Mixin
    private StudyChoice study;

    @Parameters(index = "1", arity = "0..1", paramLabel = "SQL", description = "One select, in quotes.")
    private @Nullable String sql;

    @Mixin
    private FormatOption output;

    @Option(names = "--schema", description = "Show the tables and columns, each with an example.")
    private boolean schema;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long a query may take. Default: ${DEFAULT-VALUE}.")
    private double timeout;

    @Override
    public Integer call() throws IOException {
        if (!(timeout > 0 && timeout <= MOST_SECONDS)) {
            throw new StudyException(
                    "--timeout " + timeout + ": expected seconds above 0, at most " + (long) MOST_SECONDS);
        }
        PrintWriter writer = spec.commandLine().getOut();
        Path directory = study.directory();
        if (sql == null && !schema) {
            examples(writer);
            return 0;
        }
        try (StudyIndex index = StudyIndex.open(directory)) {
            PrintWriter err = spec.commandLine().getErr();
            index.refresh().warnings().forEach(warning -> err.println("ditlab: warning: " + warning));
            err.flush();
            if (sql == null) {
                schema(index, writer);
            } else {
                RowWriter rows = rows(writer);
                index.query(sql, List.of(), rows, Duration.ofMillis(Math.round(1000 * timeout)));
                rows.end();
            }
        }
        writer.flush();
        return 0;
    }

    private RowWriter rows(PrintWriter writer) {
        return switch (output.format) {
            case TEXT -> new TextRows(writer, TEXT_ROWS);
            case CSV -> new CsvRows(writer);
            case JSON -> new JsonRows(writer);
        };
    }

    private void examples(PrintWriter writer) {
        writer.println("Ask, for instance:");
        EXAMPLES.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(example -> {
            writer.println();
            writer.println("# " + example.getKey().substring(2));
            writer.println("ditlab query " + RunCommand.quoted(study.study) + " \"" + example.getValue() + "\"");
        });
        writer.println();
        writer.println("ditlab query " + RunCommand.quoted(study.study) + " --schema  shows all tables and columns.");
        writer.flush();
    }

    private void schema(StudyIndex index, PrintWriter writer) throws IOException {
        RowWriter rows = rows(writer);
        rows.columns(List.of("table", "column", "type", "example", "about"));
        for (IndexTable table : IndexSchema.tables()) {
            QueryRows first = index.query("select * from " + table.name() + " limit 1");
            for (IndexColumn column : table.columns()) {
                int place = first.columns().indexOf(column.name());
                Object example =
                        first.rows().isEmpty() ? null : first.rows().get(0).get(place);
                rows.row(Arrays.asList(table.name(), column.name(), column.type(), shortened(example), column.about()));
            }
        }
        rows.end();
    }

    private static @Nullable Object shortened(@Nullable Object value) {
        String text = String.valueOf(value);
        return text.length() > 30 ? text.substring(0, 29) + "…" : value;
    }
}
