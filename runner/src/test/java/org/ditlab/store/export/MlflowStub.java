package org.ditlab.store.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The endpoints of MLflow's REST API 2.0 that exports use, with its documented limits; keeps what it is sent. */
final class MlflowStub implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    final List<String> calls = new ArrayList<>();
    final List<Map<String, Object>> metrics = new ArrayList<>();
    final Map<String, Map<String, Object>> runs = new LinkedHashMap<>();
    final Map<String, Map<String, String>> parameters = new LinkedHashMap<>();
    final Map<String, Map<String, String>> tags = new LinkedHashMap<>();
    /** Status codes that the next calls are answered by, before any work. */
    final Deque<Integer> failures = new ArrayDeque<>();

    String authorization = "";
    private String experiment = "";
    private final HttpServer server;

    MlflowStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/2.0/mlflow/", this::answer);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring("/api/2.0/mlflow/".length());
        byte[] body = exchange.getRequestBody().readAllBytes();
        calls.add(path);
        authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        int status = 200;
        Map<String, Object> answer;
        if (!failures.isEmpty()) {
            status = failures.remove();
            answer = Map.of("error_code", "X", "message", "no, " + authorization + "!");
        } else {
            try {
                answer = switch (path) {
                    case "experiments/get-by-name" ->
                        byName(exchange.getRequestURI().getQuery());
                    case "experiments/create" -> create(body);
                    case "runs/search" -> search(body);
                    case "runs/create" -> run(body);
                    case "runs/log-batch" -> batch(body);
                    case "runs/update" -> update(body);
                    default -> throw new IllegalArgumentException("no such endpoint");
                };
            } catch (IllegalArgumentException e) {
                status = e.getMessage().startsWith("RESOURCE_DOES_NOT_EXIST") ? 404 : 400;
                answer = Map.of("error_code", "INVALID_PARAMETER_VALUE", "message", e.getMessage());
            }
        }
        byte[] bytes = JSON.writeValueAsBytes(answer);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private Map<String, Object> byName(String query) {
        require(query.equals("experiment_name=synthetic"), query);
        if (experiment.isEmpty()) {
            throw new IllegalArgumentException("RESOURCE_DOES_NOT_EXIST");
        }
        return Map.of("experiment", Map.of("experiment_id", experiment, "lifecycle_stage", "active"));
    }

    private Map<String, Object> create(byte[] body) throws IOException {
        require(experiment.isEmpty(), "RESOURCE_ALREADY_EXISTS");
        require("synthetic".equals(object(body).get("name")), "name");
        experiment = "7";
        return Map.of("experiment_id", experiment);
    }

    /** One run to a page, so that pages are asked for. */
    private Map<String, Object> search(byte[] body) throws IOException {
        Map<String, Object> asked = object(body);
        require(List.of("7").equals(asked.get("experiment_ids")), "experiment_ids");
        int page = Integer.parseInt(String.valueOf(asked.getOrDefault("page_token", "0")));
        List<String> ids = new ArrayList<>(runs.keySet());
        if (page >= ids.size()) {
            return Map.of();
        }
        List<Map<String, String>> list = new ArrayList<>();
        tags.get(ids.get(page)).forEach((key, value) -> list.add(Map.of("key", key, "value", value)));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("runs", List.of(Map.of("info", Map.of("run_id", ids.get(page)), "data", Map.of("tags", list))));
        if (page + 1 < ids.size()) {
            answer.put("next_page_token", String.valueOf(page + 1));
        }
        return answer;
    }

    private Map<String, Object> run(byte[] body) throws IOException {
        Map<String, Object> asked = object(body);
        require("7".equals(asked.get("experiment_id")), "experiment_id");
        require(asked.get("start_time") instanceof Number, "start_time");
        String id = "run" + runs.size();
        runs.put(id, new LinkedHashMap<>(Map.of("status", "RUNNING")));
        parameters.put(id, new LinkedHashMap<>());
        tags.put(id, new LinkedHashMap<>());
        items(asked, "tags").forEach(tag -> tags.get(id).put(text(tag, "key"), text(tag, "value")));
        return Map.of("run", Map.of("info", Map.of("run_id", id)));
    }

    private Map<String, Object> batch(byte[] body) throws IOException {
        Map<String, Object> asked = object(body);
        String run = String.valueOf(asked.get("run_id"));
        List<Map<String, Object>> values = items(asked, "metrics");
        List<Map<String, Object>> params = items(asked, "params");
        List<Map<String, Object>> marks = items(asked, "tags");
        require(runs.containsKey(run), "run_id");
        require(body.length <= 1_000_000, "1 MB");
        require(values.size() <= 1000 && params.size() <= 100 && marks.size() <= 100, "limits");
        require(values.size() + params.size() + marks.size() <= 1000, "limit of all");
        for (Map<String, Object> metric : values) {
            require(text(metric, "key").matches("[\\w ./-]{1,250}"), "key " + metric);
            require(metric.get("step") instanceof Number && metric.get("timestamp") instanceof Number, "metric");
            require(metric.get("value") instanceof Number || "NaN".equals(metric.get("value")), "value " + metric);
            Map<String, Object> kept = new LinkedHashMap<>(metric);
            kept.put("run", run);
            metrics.add(kept);
        }
        for (Map<String, Object> one : params) {
            require(text(one, "value").length() <= 6000, "param");
            String before = parameters.get(run).put(text(one, "key"), text(one, "value"));
            require(before == null || before.equals(text(one, "value")), "a parameter cannot change");
        }
        marks.forEach(tag -> tags.get(run).put(text(tag, "key"), text(tag, "value")));
        return Map.of();
    }

    private Map<String, Object> update(byte[] body) throws IOException {
        Map<String, Object> asked = object(body);
        String status = String.valueOf(asked.get("status"));
        require(List.of("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED").contains(status), status);
        runs.get(String.valueOf(asked.get("run_id"))).putAll(asked);
        return Map.of("run_info", Map.of());
    }

    private static String text(Map<String, Object> map, String key) {
        return String.valueOf(map.get(key));
    }

    @SuppressWarnings("unchecked") // JSON.
    private static Map<String, Object> object(byte[] body) throws IOException {
        return JSON.readValue(body, Map.class);
    }

    @SuppressWarnings("unchecked") // JSON.
    private static List<Map<String, Object>> items(Map<String, Object> object, String key) {
        return (List<Map<String, Object>>) object.getOrDefault(key, List.of());
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
