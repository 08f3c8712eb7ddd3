package org.ditlab.store.export;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.store.JsonFile;
import org.jspecify.annotations.Nullable;

/** What one {@code runs/log-batch} takes: at most 1000 metrics, 100 parameters and 100 tags, 1000 in all, and 1 MB. */
final class MlflowBatch {
    static final int MOST_METRICS = 1000;
    static final int MOST_PARAMETERS = 100;
    static final int MOST_TAGS = 100;
    static final int LONGEST_KEY = 250;
    static final int LONGEST_PARAMETER = 500;
    static final int LONGEST_TAG = 5000;
    /** Leaves room for tags in the limit of all. */
    private static final int METRICS = 900;

    private final List<Map<String, Object>> metrics = new ArrayList<>();
    private final List<Map<String, Object>> parameters = new ArrayList<>();
    private final List<Map<String, Object>> tags = new ArrayList<>();
    private long bytes = 1000;

    /** Whether so many more metrics fit. */
    boolean takes(int more) {
        return metrics.size() + more <= METRICS && bytes + 500L * more < MlflowServer.LARGEST_BODY / 2;
    }

    boolean full() {
        return parameters.size() == MOST_PARAMETERS || tags.size() == MOST_TAGS - 1 || !takes(1);
    }

    boolean isEmpty() {
        return metrics.isEmpty() && parameters.isEmpty() && tags.isEmpty();
    }

    void metric(String name, double value, long millis, long step) throws IOException {
        Map<String, Object> metric = new LinkedHashMap<>();
        metric.put("key", key(name));
        metric.put("value", value);
        metric.put("timestamp", millis);
        metric.put("step", step);
        add(metrics, metric);
    }

    void parameter(String name, @Nullable Object value) throws IOException {
        add(parameters, Map.of("key", key(name), "value", cut(String.valueOf(value), LONGEST_PARAMETER)));
    }

    void tag(String name, String value) throws IOException {
        add(tags, Map.of("key", key(name), "value", cut(value, LONGEST_TAG)));
    }

    Map<String, Object> body(String run) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("run_id", run);
        body.put("metrics", metrics);
        body.put("params", parameters);
        body.put("tags", tags);
        return body;
    }

    private void add(List<Map<String, Object>> list, Map<String, Object> item) throws IOException {
        bytes += 4L * JsonFile.line(item).length();
        list.add(item);
    }

    /** MLflow takes letters, digits, {@code _ - . /} and blanks: {@code fid@500} becomes {@code fid_500}. */
    static String key(String name) {
        return cut(name.replaceAll("[^A-Za-z0-9_./ -]", "_"), LONGEST_KEY);
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest);
    }
}
