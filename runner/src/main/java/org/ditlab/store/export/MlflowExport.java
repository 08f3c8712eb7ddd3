package org.ditlab.store.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.store.JsonFile;
import org.ditlab.store.TrialStatus;
import org.ditlab.store.index.StudyIndex;

/**
 * A study as an experiment of an MLflow server: a run per trial, found again by the tag {@code ditlab.trial}; how far it was
 * sent stands in the tag {@code ditlab.exported}, so that a second export sends only what is new, also from another machine.
 * What a resumed training logged again is logged again there too: MLflow has no way to take values back.
 */
public final class MlflowExport {
    private static final String TRIAL = "ditlab.trial";
    private static final String EXPORTED = "ditlab.exported";
    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    private static final int PAGE = 1000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ExportSource source;
    private final String study;
    private final MlflowServer server;

    /**
     * @param index up to date
     * @param address of the server, {@code http://localhost:5000}
     * @param environment where {@code MLFLOW_TRACKING_TOKEN} is looked for
     */
    public MlflowExport(StudyIndex index, String study, String address, Map<String, String> environment) {
        this(index, study, new MlflowServer(address, environment, FIRST_WAIT));
    }

    MlflowExport(StudyIndex index, String study, MlflowServer server) {
        this.source = new ExportSource(index);
        this.study = study;
        this.server = server;
    }

    /** A run as the server has it. */
    private record Run(String id, Map<String, Object> exported) {}

    /** Sends what is new. */
    public Exported run() throws IOException, InterruptedException {
        String experiment = server.experiment(study);
        Map<String, Run> runs = runs(experiment);
        int changed = 0;
        long values = 0;
        for (ExportTrial trial : source.trials()) {
            boolean begun = !trial.stages().isEmpty() || trial.status() != TrialStatus.PLANNED;
            Run run = runs.get(trial.hash());
            if (run == null && begun) {
                run = create(experiment, trial);
            }
            if (run != null) {
                long sent = send(trial, run);
                changed += sent >= 0 ? 1 : 0;
                values += Math.max(0, sent);
            }
        }
        return new Exported(server.base().toString(), changed, values);
    }

    /** The runs of an experiment that are ours, by the trial's hash. */
    private Map<String, Run> runs(String experiment) throws IOException, InterruptedException {
        Map<String, Run> runs = new HashMap<>();
        String token = "";
        do {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("experiment_ids", List.of(experiment));
            body.put("max_results", PAGE);
            body.put("run_view_type", "ACTIVE_ONLY");
            if (!token.isEmpty()) {
                body.put("page_token", token);
            }
            Map<String, Object> page = server.post("runs/search", body);
            if (page.get("runs") instanceof List<?> found) {
                for (Object item : found) {
                    Map<String, Object> run = ExportState.part(Map.of("run", item), "run");
                    Map<String, String> tags =
                            tags(ExportState.part(run, "data").get("tags"));
                    if (tags.containsKey(TRIAL)) {
                        String id = String.valueOf(ExportState.part(run, "info").get("run_id"));
                        runs.putIfAbsent(tags.get(TRIAL), new Run(id, exported(tags.getOrDefault(EXPORTED, "{}"))));
                    }
                }
            }
            token = String.valueOf(page.getOrDefault("next_page_token", ""));
        } while (!token.isEmpty());
        return runs;
    }

    private static Map<String, String> tags(Object list) {
        Map<String, String> tags = new HashMap<>();
        if (list instanceof List<?> items) {
            for (Object item : items) {
                if (item instanceof Map<?, ?> tag) {
                    tags.put(String.valueOf(tag.get("key")), String.valueOf(tag.get("value")));
                }
            }
        }
        return tags;
    }

    private static Map<String, Object> exported(String text) {
        try {
            return new LinkedHashMap<>(JsonFile.parse(text, EXPORTED));
        } catch (IOException e) {
            return new LinkedHashMap<>();
        }
    }

    private Run create(String experiment, ExportTrial trial) throws IOException, InterruptedException {
        long[] start = {Long.MAX_VALUE};
        for (ExportTrial.Stage stage : trial.stages()) {
            source.points(
                    stage,
                    Long.MIN_VALUE,
                    (step, name, value, seconds) -> start[0] = Math.min(start[0], (long) (1000 * seconds)));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("experiment_id", experiment);
        body.put("run_name", trial.variant() + " seed " + trial.replicate());
        body.put("start_time", start[0] == Long.MAX_VALUE ? System.currentTimeMillis() : start[0]);
        body.put("tags", List.of(Map.of("key", TRIAL, "value", trial.hash())));
        Map<String, Object> made = ExportState.part(server.post("runs/create", body), "run");
        return new Run(String.valueOf(ExportState.part(made, "info").get("run_id")), new LinkedHashMap<>());
    }

    /** How many curve values were new; -1 when nothing was. */
    private long send(ExportTrial trial, Run run) throws IOException, InterruptedException {
        Map<String, Object> exported = run.exported();
        long count = -1;
        if (!Boolean.TRUE.equals(exported.get("knobs"))) {
            knobs(trial, run.id());
            exported.put("knobs", true);
            count = 0;
        }
        Map<String, Object> marks = ExportState.part(exported, "stages");
        long[] clock = {0};
        for (ExportTrial.Stage stage : trial.stages()) {
            Optional<Mark> mark = Optional.ofNullable(marks.get(stage.id())).flatMap(Mark::from);
            Optional<ExportSource.News> news = source.news(stage, mark);
            if (news.isPresent()) {
                long before = news.get().repeats() ? 0 : mark.map(Mark::points).orElse(0L);
                count = Math.max(0, count)
                        + curves(trial, stage, news.get().from(), before, exported, marks, run.id(), clock);
            }
        }
        String results = JSON.writeValueAsString(List.of(
                trial.status().word(),
                trial.of("result").hashCode(),
                trial.of("timing").hashCode()));
        if (!results.equals(exported.get("results"))) {
            exported.put("results", results);
            results(trial, run.id(), exported, clock[0]);
            count = Math.max(0, count);
        }
        return count;
    }

    private void knobs(ExportTrial trial, String run) throws IOException, InterruptedException {
        MlflowBatch batch = new MlflowBatch();
        Map<String, Object> all = new LinkedHashMap<>(trial.of("knob"));
        all.put("variant", trial.variant());
        all.put("seed", trial.seed());
        for (Map.Entry<String, Object> knob : all.entrySet()) {
            batch.parameter(knob.getKey(), knob.getValue());
            if (batch.full()) {
                server.post("runs/log-batch", batch.body(run));
                batch = new MlflowBatch();
            }
        }
        if (!batch.isEmpty()) {
            server.post("runs/log-batch", batch.body(run));
        }
    }

    private record Point(long step, String name, double value, long millis) {}

    /** Whole steps to a batch, and with each how far it reaches: what arrived is never sent again. */
    private long curves(
            ExportTrial trial,
            ExportTrial.Stage stage,
            long from,
            long before,
            Map<String, Object> exported,
            Map<String, Object> marks,
            String run,
            long[] clock)
            throws IOException, InterruptedException {
        List<Point> points = new ArrayList<>();
        source.points(
                stage,
                from,
                (step, name, value, seconds) ->
                        points.add(new Point(step, stage.tag(name), value, (long) (1000 * seconds))));
        MlflowBatch batch = new MlflowBatch();
        int begin = 0;
        while (begin < points.size()) {
            int end = begin;
            while (end < points.size()
                    && points.get(end).step() == points.get(begin).step()) {
                end++;
            }
            if (!batch.takes(end - begin) && !batch.isEmpty()) {
                post(batch, exported, run);
                batch = new MlflowBatch();
            }
            for (Point point : points.subList(begin, end)) {
                if (!batch.takes(1)) {
                    server.post("runs/log-batch", batch.body(run));
                    batch = new MlflowBatch();
                }
                batch.metric(point.name(), point.value(), point.millis(), point.step());
                clock[0] = Math.max(clock[0], point.millis());
            }
            Mark now = stage.now();
            Mark mark = end == points.size()
                    ? now
                    : new Mark(now.attempt(), now.started(), points.get(begin).step(), before + end);
            marks.put(stage.id(), mark.json());
            exported.put("stages", marks);
            begin = end;
        }
        marks.put(stage.id(), stage.now().json());
        exported.put("stages", marks);
        post(batch, exported, run);
        return points.size();
    }

    private void results(ExportTrial trial, String run, Map<String, Object> exported, long clock)
            throws IOException, InterruptedException {
        long millis = clock == 0 ? System.currentTimeMillis() : clock;
        MlflowBatch batch = new MlflowBatch();
        for (String table : List.of("result", "timing")) {
            for (Map.Entry<String, ?> one : trial.of(table).entrySet()) {
                if (one.getValue() instanceof Number number) {
                    batch.metric(table + "/" + one.getKey(), number.doubleValue(), millis, trial.lastStep());
                }
                if (batch.full()) {
                    server.post("runs/log-batch", batch.body(run));
                    batch = new MlflowBatch();
                }
            }
        }
        for (Map.Entry<String, ?> one : trial.of("protocol").entrySet()) {
            if (batch.full()) {
                server.post("runs/log-batch", batch.body(run));
                batch = new MlflowBatch();
            }
            batch.tag("protocol." + one.getKey(), String.valueOf(one.getValue()));
        }
        Map<String, Object> update = new LinkedHashMap<>();
        update.put("run_id", run);
        update.put(
                "status",
                switch (trial.status()) {
                    case STOPPED -> "KILLED";
                    case DONE, DIVERGED -> "FINISHED";
                    case FAILED -> "FAILED";
                    case PLANNED, RUNNING -> "RUNNING";
                });
        if (trial.status().ended() || trial.status() == TrialStatus.FAILED) {
            update.put("end_time", millis);
        }
        server.post("runs/update", update);
        post(batch, exported, run);
    }

    private void post(MlflowBatch batch, Map<String, Object> exported, String run)
            throws IOException, InterruptedException {
        batch.tag(EXPORTED, JsonFile.line(exported));
        server.post("runs/log-batch", batch.body(run));
    }
}
