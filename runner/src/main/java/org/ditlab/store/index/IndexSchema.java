package org.ditlab.store.index;

import java.util.List;

/**
 * What stands in the index. Tables for queries are described by {@link #tables()} and in {@code runner/docs/store.md};
 * {@code point}, {@code extent}, {@code metric_name} and {@code source} serve the views and the reader's own state.
 */
public final class IndexSchema {
    /** Goes up with every change of the statements below: an index of another version is built anew. */
    static final int VERSION = 1;

    /** "DiTL": tells the index from a SQLite file of something else. */
    static final int APPLICATION = 0x4469544c;

    private static final List<String> NAMED_VALUES = List.of("knob", "cost", "result", "timing", "protocol");

    private IndexSchema() {}

    static List<String> namedValues() {
        return NAMED_VALUES;
    }

    static List<String> statements() {
        return List.of(
                """
                create table trial(trial text primary key, hash text, variant text, replicate integer, seed integer, \
                status text, position integer, note text) without rowid""",
                named("knob"),
                named("cost"),
                named("result"),
                named("timing"),
                named("protocol"),
                "create table failure(trial text primary key, exit_code integer, reason text) without rowid",
                "create table stage(id integer primary key, stage text unique, kind text, done integer)",
                """
                create table trial_stage(trial text, position integer, stage text, primary key(trial, position)) \
                without rowid""",
                """
                create table attempt(stage text, attempt integer, started text, modified text, host text, pid integer, \
                version text, code text, rows integer, skipped integer, primary key(stage, attempt)) without rowid""",
                "create table metric_name(id integer primary key, name text unique)",
                """
                create table point(stage integer, metric integer, step integer, value real, attempt integer, \
                primary key(stage, metric, step)) without rowid""",
                """
                create table extent(stage integer, metric integer, points integer, first_step integer, \
                last_step integer, last real, least real, greatest real, primary key(stage, metric)) without rowid""",
                "create table warning(path text, line integer, message text)",
                "create index warning_path on warning(path)",
                """
                create table source(path text primary key, stage text, attempt integer, size integer, \
                modified integer, position integer, prefix integer, facts text) without rowid""",
                """
                create view metric as select s.stage, s.kind, p.step, n.name, p.value, p.attempt \
                from stage s join point p on p.stage = s.id join metric_name n on n.id = p.metric""",
                """
                create view curve as select t.trial, t.variant, t.replicate, s.kind, p.step, n.name, p.value \
                from trial t join trial_stage ts on ts.trial = t.trial join stage s on s.stage = ts.stage \
                join point p on p.stage = s.id join metric_name n on n.id = p.metric where s.kind <> 'extractor'""",
                """
                create view curve_end as select t.trial, t.variant, t.replicate, s.kind, n.name, e.points, \
                e.first_step, e.last_step, e.last, e.least, e.greatest \
                from trial t join trial_stage ts on ts.trial = t.trial join stage s on s.stage = ts.stage \
                join extent e on e.stage = s.id join metric_name n on n.id = e.metric where s.kind <> 'extractor'""");
    }

    private static String named(String table) {
        return "create table " + table + "(trial text, name text, value, primary key(trial, name)) without rowid";
    }

    /** Tables and views for queries. */
    public static List<IndexTable> tables() {
        IndexColumn trial = column("trial", "text", "first 12 hex digits of the trial's hash");
        IndexColumn variant = column("variant", "text", "the variant's name");
        IndexColumn replicate = column("replicate", "integer", "which of the paired seeds, from 1");
        IndexColumn stage = column("stage", "text", "the stage's directory, kind-hash12");
        IndexColumn kind =
                column("kind", "text", "train, sample, measure, nearest, heldout; extractor in metric and stage");
        IndexColumn name = column("name", "text", "the metric, as it was logged");
        IndexColumn step = column("step", "integer", "training step");
        IndexColumn value = column("value", "real", "NULL where it was not a number");
        return List.of(
                new IndexTable(
                        "trial",
                        "one row per trial of the plan",
                        List.of(
                                trial,
                                column("hash", "text", "the whole hash"),
                                variant,
                                replicate,
                                column("seed", "integer", "the trial's seed"),
                                column("status", "text", "planned, running, done, diverged, stopped or failed"),
                                column("position", "integer", "place in the plan, from 0"),
                                column("note", "text", "why it failed, or where early stopping ended it"))),
                named("knob", "what a trial was made with", "the knob's full name"),
                named("result", "what was measured: deterministic values of result.json", "the metric"),
                named("timing", "seconds, rates, memory", "what was timed"),
                named("protocol", "how the metrics were measured", "part of the protocol"),
                named("cost", "parameters, GMACs and memory by the plan", "what was counted"),
                new IndexTable(
                        "failure",
                        "why the last run gave a trial up",
                        List.of(
                                trial,
                                column("exit_code", "integer", "of the worker"),
                                column("reason", "text", "in words"))),
                new IndexTable(
                        "curve",
                        "logged values by trial: one row per step and metric, of the latest attempt that logged the step",
                        List.of(trial, variant, replicate, kind, step, name, value)),
                new IndexTable(
                        "curve_end",
                        "each curve in one row; fast however long the curves are",
                        List.of(
                                trial,
                                variant,
                                replicate,
                                kind,
                                name,
                                column("points", "integer", "how many steps have the value"),
                                column("first_step", "integer", "the first of them"),
                                column("last_step", "integer", "the last of them"),
                                column("last", "real", "value at the last step"),
                                column("least", "real", "smallest value"),
                                column("greatest", "real", "largest value"))),
                new IndexTable(
                        "metric",
                        "logged values by stage, which several trials may share",
                        List.of(
                                stage,
                                kind,
                                step,
                                name,
                                value,
                                column("attempt", "integer", "which attempt logged it"))),
                new IndexTable(
                        "stage",
                        "stages that have a directory",
                        List.of(
                                column("id", "integer", "the index's own number"),
                                stage,
                                kind,
                                column("done", "integer", "1 when its result is there"))),
                new IndexTable(
                        "trial_stage",
                        "which stages a trial is made of",
                        List.of(trial, column("position", "integer", "from 0"), stage)),
                new IndexTable(
                        "attempt",
                        "executions of a stage",
                        List.of(
                                stage,
                                column("attempt", "integer", "from 1"),
                                column("started", "text", "UTC"),
                                column("modified", "text", "last written, UTC"),
                                column("host", "text", "where it ran"),
                                column("pid", "integer", "the process"),
                                column("version", "text", "of DiTLab"),
                                column("code", "text", "fingerprint of the class files"),
                                column("rows", "integer", "lines of its log that were read"),
                                column("skipped", "integer", "lines that were not"))),
                new IndexTable(
                        "warning",
                        "what could not be read",
                        List.of(
                                column("path", "text", "in the study's directory"),
                                column("line", "integer", "NULL where it is the whole file"),
                                column("message", "text", "what was wrong"))));
    }

    private static IndexTable named(String table, String about, String name) {
        return new IndexTable(
                table,
                about,
                List.of(
                        column("trial", "text", "first 12 hex digits of the trial's hash"),
                        column("name", "text", name),
                        column("value", "any", "a number or text")));
    }

    private static IndexColumn column(String name, String type, String about) {
        return new IndexColumn(name, type, about);
    }
}
